package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who did what is kept, and a later change of it shows. */
class AuditTest {
    private static final Range ALL = Range.prefix(Key.Space.STATE, "t/default/a/");

    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();

    private static void secret(House house, String name) throws Exception {
        house.put("/api/v1/secrets/" + name, "{\"value\":\"open-sesame\"}").is(200);
    }

    private static String path(House house, int item) throws Exception {
        return house.get("/api/v1/audit").is(200).at("/items/" + item + "/details/path");
    }

    @Test
    @Tag("AU-02")
    @Tag("AU-04")
    @Tag("AU-06")
    @Tag("AU-08")
    void whatIsChangedHasAnEntryWithWhoAndInWhichRequest(@TempDir Path one) throws Exception {
        try (House house = House.at(one).on(state, blobs).open()) {
            new Flows(house).deploy("audited", guest -> "1");
            secret(house, "KEY");
            house.get("/api/v1/functions").is(200);
            house.put("/api/v1/secrets/OTHER?dryRun=true", "{\"value\":\"x\"}");
            house.put("/api/v1/secrets/NONE", "{}");
            assertEquals("/api/v1/secrets/KEY", path(house, 0));
            assertEquals("/api/v1/functions", path(house, 1));
            var all = house.get("/api/v1/audit").is(200);
            assertEquals(2, all.json().get("items").size(), "no reading, no dry run, nothing that was refused");
            assertEquals("gts.x.core.faas.audit.v1~dovetail.api._.put_secrets.v1~", all.at("/items/0/event"));
            assertEquals("gts.x.core.faas.audit.v1~x.core.registry.definition_created.v1~", all.at("/items/1/event"));
            assertFalse(all.at("/items/0/actor").isEmpty());
            assertFalse(all.body().contains("open-sesame"), "no secret");
            String request = all.at("/items/1/correlationId");
            var found = house.get("/api/v1/audit?correlationId=" + request).is(200);
            assertEquals(1, found.json().get("items").size());
            var page = house.get("/api/v1/audit?limit=1").is(200);
            assertEquals(
                    "/api/v1/functions",
                    house.get("/api/v1/audit?limit=1&cursor=" + page.at("/nextCursor"))
                            .is(200)
                            .at("/items/0/details/path"));
            house.get("/api/v1/audit?cursor=%21").isProblem(400, "malformed");
        }
    }

    /** A search that was given up for having looked at so many goes on where it stopped. */
    @Test
    void aSearchGoesOnAfterManyThatDoNotFit(@TempDir Path one) throws Exception {
        List<Change> many = new ArrayList<>();
        for (int i = 0; i <= 20_000; i++) {
            String event = i == 0 ? "the.one" : "noise";
            many.add(new Change.Put(
                    Key.state("t/default/a/%013d/c/%09d".formatted(1000 + i, i)),
                    Bytes.utf8("{\"event\":\"" + event + "\"}"),
                    Expectation.absent()));
        }
        for (int i = 0; i < many.size(); i += 1000) {
            state.commit(CommitId.fresh(), many.subList(i, Math.min(many.size(), i + 1000)));
        }
        try (House house = House.at(one).on(state, blobs).open()) {
            var first = house.get("/api/v1/audit?event=the.one").is(200);
            assertEquals(0, first.json().get("items").size());
            var next = house.get("/api/v1/audit?event=the.one&cursor=" + first.at("/nextCursor"))
                    .is(200);
            assertEquals(1, next.json().get("items").size(), next.body());
        }
    }

    @Test
    @Tag("AU-10")
    void codeWritesEntriesAndTheSameEffectOnce(@TempDir Path one) throws Exception {
        try (House house = House.at(one).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy(
                    "tells",
                    guest -> guest.step("tell", (it, run) -> {
                        it.call(
                                run.scope(),
                                new HostCall.Other(
                                        "audit",
                                        1,
                                        Bytes.utf8("{\"action\":\"order.paid\",\"details\":{\"order\":7}}")));
                        if (run.attempt() == 1) {
                            throw Guest.fails("once more, please");
                        }
                        return "1";
                    }));
            String id = flows.start("tells", "{}");
            flows.await(id, "succeeded");
            var found = house.get("/api/v1/audit?executionId=" + id).is(200);
            assertEquals(1, found.json().get("items").size(), found.body());
            assertEquals("order.paid", found.at("/items/0/event"));
            assertEquals("7", found.at("/items/0/details/said/order"));
            assertEquals("tells", found.at("/items/0/details/function"));
        }
    }

    @Test
    @Tag("AU-08")
    void whatIsDoneToAnExecutionHasAnEntryAndWhatIsSentToItHasNot(@TempDir Path one) throws Exception {
        try (House house = House.at(one).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("waits", guest -> guest.call(new HostCall.Sleep(Duration.ofDays(1))));
            String id = flows.start("waits", "{}");
            flows.await(id, "suspended");
            flows.control(id, "pause").is(202);
            flows.signal(id, "any.v1", "1").is(202);
            house.post("/api/v1/executions/" + id + ":terminate?dryRun=true", "{}")
                    .is(200);
            house.post("/api/v1/executions/" + id + ":terminate", "{}").is(202);
            flows.await(id, "canceled");
            house.post("/api/v1/executions/" + id + ":terminate", "{}").isProblem(409, "invalid_state");

            var found = house.get("/api/v1/audit?executionId=" + id).is(200);
            assertEquals(
                    List.of("terminate", "pause"),
                    found.json()
                            .get("items")
                            .valueStream()
                            .map(each -> each.get("event").stringValue())
                            .map(event -> event.replaceAll(".*executions\\._\\.(\\w+)\\.v1~", "$1"))
                            .toList());
            assertFalse(found.at("/items/0/actor").isEmpty());
        }
    }

    @Test
    @Tag("AU-03")
    void whatWasChangedOrTakenOutShowsAlsoOverARestart(@TempDir Path one, @TempDir Path two) throws Exception {
        try (House house = House.at(one).on(state, blobs).open()) {
            secret(house, "A");
            secret(house, "B");
            secret(house, "C");
        }
        try (House house = House.at(two).on(state, blobs).open()) {
            secret(house, "D");
            var whole = house.get("/api/v1/audit:verify").is(200);
            assertEquals("true", whole.at("/intact"));
            assertEquals("4", whole.at("/entries"));
            assertEquals("2", whole.at("/chains"));

            List<Entry> entries = state.list(ALL, 10);
            Entry second = entries.get(1);
            Bytes changed = Bytes.utf8(second.value().text().replace("secrets/B", "secrets/X"));
            put(new Change.Put(second.key(), changed, Expectation.anything()));
            var told = house.get("/api/v1/audit:verify").is(200);
            assertEquals("false", told.at("/intact"));
            assertEquals(second.key().path().substring("t/default/a/".length()), told.at("/broken/0/id"));
            assertTrue(told.at("/broken/0/why").contains("changed"), told.body());

            put(new Change.Delete(second.key(), Expectation.anything()));
            told = house.get("/api/v1/audit:verify").is(200);
            assertTrue(told.at("/broken/0/why").contains("missing"), told.body());
        }
    }

    private void put(Change change) {
        state.commit(CommitId.fresh(), List.of(change));
    }
}
