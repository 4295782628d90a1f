package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** A key stands for one call, whatever happens. */
@ExtendWith(OpenHouse.class)
record IdempotencyTest(House house) {
    private static final String ONCE = "\"traits\":{\"idempotent\":false}";
    private static final String REPEATABLE = "\"traits\":{\"idempotent\":true,\"caching\":{\"maxAgeSeconds\":60}}";

    private static Reply keyed(House in, String name, String input, String key) {
        return in.invoke(name, input, "Idempotency-Key", key);
    }

    @Tag("IV-18")
    @Test
    void theSameKeyWithTheSameInputIsOneRun() {
        house.deploy("once", "count once\nrandom", ONCE);
        Reply first = keyed(house, "once", "{\"a\":1,\"b\":2}", "k").is(200);
        Reply again = keyed(house, "once", "{ \"b\": 2, \"a\": 1 }", "k").is(200);
        assertEquals(first.body(), again.body());
        assertEquals(first.header("X-Execution-Id"), again.header("X-Execution-Id"));
        assertEquals(1, house.commands.count("once").get());
        Reply other = keyed(house, "once", "{\"a\":2}", "k").isProblem(409, "idempotency_conflict");
        assertEquals(first.header("X-Execution-Id"), other.at("/executionId"));
        house.deploy("once-too", "count once", ONCE);
        keyed(house, "once-too", "{\"a\":2}", "k").is(200);
        assertEquals(2, house.commands.count("once").get(), "a key is its function's");
        keyed(house, "once", "{}", "x".repeat(256)).isProblem(400, "malformed");
    }

    @Test
    void ofManyAtOnceOneRuns() throws Exception {
        house.deploy("crowd", "count crowd\ngate crowd\nrandom", ONCE);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> all = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                all.add(threads.submit(() -> keyed(house, "crowd", "{}", "one")));
            }
            house.commands.gate("crowd").await(1);
            Eventually.holds(
                    "all but one are answered",
                    () -> all.stream().filter(Future::isDone).count() == 15);
            house.commands.gate("crowd").open();
            int ran = 0;
            for (Future<Reply> each : all) {
                Reply reply = each.get();
                ran += reply.status() == 200 ? 1 : 0;
                if (reply.status() != 200) {
                    assertEquals(
                            "1", reply.isProblem(409, "idempotency_conflict").header("Retry-After"));
                }
            }
            assertEquals(1, ran);
            assertEquals(1, house.commands.count("crowd").get());
        }
    }

    @Test
    void aFailureIsRepeatedAndOneOfThePlatformGivesTheKeyBack() {
        house.deploy("broken", "count broken\nfail no", ONCE);
        String id = keyed(house, "broken", "{}", "k").isProblem(500, "code").header("X-Execution-Id");
        assertEquals(
                id, keyed(house, "broken", "{}", "k").isProblem(500, "code").header("X-Execution-Id"));
        assertEquals(1, house.commands.count("broken").get());
        house.deploy("buggy", "count buggy\ndie", ONCE);
        keyed(house, "buggy", "{}", "k").isProblem(503, "platform");
        keyed(house, "buggy", "{}", "k").isProblem(503, "platform");
        assertEquals(2, house.commands.count("buggy").get());
    }

    @Test
    void anAnswerTooLargeToKeepIsNotMadeUp() {
        house.deploy("large", "size 600000", ONCE);
        assertEquals(600_000, keyed(house, "large", "{}", "k").is(200).body().length());
        keyed(house, "large", "{}", "k").isProblem(409, "idempotency_conflict");
        house.deploy("medium", "size 400000", ONCE);
        assertEquals(
                keyed(house, "medium", "{}", "k").body(),
                keyed(house, "medium", "{}", "k").is(200).body());
    }

    @Tag("IV-20")
    @Tag("IV-21")
    @Test
    void onlySuccessesOfTheSameVersionComeFromTheCache() {
        house.deploy("cached", "count cached\nrandom", REPEATABLE);
        Reply first = keyed(house, "cached", "{}", "k").is(200);
        assertEquals("", first.header("X-Dovetail-Cache"));
        Reply hit = keyed(house, "cached", "{}", "k").is(200);
        assertEquals("hit", hit.header("X-Dovetail-Cache"));
        assertEquals(first.body(), hit.body());
        assertEquals(1, house.commands.count("cached").get());
        assertEquals("", house.invoke("cached", "{}").header("X-Dovetail-Cache"), "no key, no cache");
        house.version("cached", "count cached\nrandom");
        assertEquals("", keyed(house, "cached", "{}", "k").is(200).header("X-Dovetail-Cache"));
    }

    @Tag("ST-09")
    @Test
    void aKeyOutlivesTheKernelAndALostCallIsRepeatedOnlyIfItMayBe(@TempDir Path folder) throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        String id;
        try (House first = House.at(folder).on(state, blobs).open()) {
            first.deploy("kept", "random", ONCE);
            first.deploy("may", "random", REPEATABLE);
            id = keyed(first, "kept", "{}", "done").is(200).header("X-Execution-Id");
            keyed(first, "kept", "{}", "lost").is(200);
            keyed(first, "may", "{}", "lost").is(200);
            keyed(first, "kept", "{}", "old").is(200);
        }
        lose(state, "lost");
        try (House second = House.at(folder).on(state, blobs).open()) {
            assertEquals(id, keyed(second, "kept", "{}", "done").is(200).header("X-Execution-Id"));
            Reply lost = keyed(second, "kept", "{}", "lost").isProblem(409, "idempotency_conflict");
            assertTrue(lost.at("/detail").contains("not run again"), lost.body());
            keyed(second, "may", "{}", "lost").is(200);
            String before = keyed(second, "kept", "{}", "old").header("X-Execution-Id");
            change(state, "old", json -> json.put("until", "2020-01-01T00:00:00Z"));
            assertNotEquals(
                    before,
                    keyed(second, "kept", "{\"other\":1}", "old").is(200).header("X-Execution-Id"));
        }
    }

    /** Makes claims look as they do when their node died before the answer. */
    @Tag("IV-18")
    @Test
    void aCallThatIsUnderWayOnAnotherNodeIsNotLost(@TempDir Path folder) throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        try (House a = House.at(folder.resolve("a")).on(state, blobs).open();
                House b = House.at(folder.resolve("b")).on(state, blobs).open();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String traits : List.of(ONCE, REPEATABLE)) {
                String name = traits.equals(ONCE) ? "far" : "far-again";
                a.deploy(name, "count " + name + "\ngate " + name + "\nrandom", traits);
                Eventually.holds(
                        "b has it", () -> b.get("/api/v1/functions/" + name).status() == 200);
                Future<Reply> first = threads.submit(() -> keyed(a, name, "{}", "k"));
                a.commands.gate(name).await(1);
                Reply second = keyed(b, name, "{}", "k").isProblem(409, "idempotency_conflict");
                assertTrue(second.at("/detail").contains("still under way"), second.body());
                a.commands.gate(name).open();
                Reply answer = first.get().is(200);
                assertEquals(answer.body(), keyed(b, name, "{}", "k").is(200).body());
                assertEquals(0, b.commands.count(name).get());
            }
        }
    }

    private static void lose(InMemoryStateStore state, String key) {
        change(state, key, json -> json.put("ended", false).without("body"));
    }

    private static void change(InMemoryStateStore state, String key, java.util.function.Consumer<ObjectNode> edit) {
        String owned = dev.dovetail.spi.Digest.of(("system/operator\n" + key).getBytes(StandardCharsets.UTF_8))
                .toString();
        for (Entry each : state.list(Range.prefix(Key.Space.STATE, "t/default/idem/"), 100)) {
            if (each.key().path().endsWith(owned)) {
                ObjectNode json = (ObjectNode) House.SCHEMAS.parse(each.value());
                edit.accept(json);
                state.commit(
                        CommitId.fresh(),
                        List.of(new Change.Put(each.key(), House.SCHEMAS.bytes(json), Expectation.anything())));
            }
        }
    }
}
