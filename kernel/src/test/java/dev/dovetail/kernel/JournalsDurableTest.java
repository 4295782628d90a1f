package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.durable.journal.Packed;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals that are large, each and together. */
class JournalsDurableTest {
    private static final String LARGE = '"' + "x".repeat(20_000) + '"';

    /** Some are put away while others go on, and nothing that they did is done again. */
    @Test
    void moreLargeJournalsThanThereIsRoomForComeToTheirEnd(@TempDir Path folder) throws Exception {
        try (House house =
                House.at(folder).with("executions.max-journals-mb", "2").open()) {
            Flows flows = new Flows(house);
            AtomicInteger steps = new AtomicInteger();
            AtomicInteger begun = new AtomicInteger();
            flows.deploy("grows", guest -> {
                begun.incrementAndGet();
                for (int i = 0; i < 14; i++) {
                    guest.step("large", (_, _) -> {
                        steps.incrementAndGet();
                        Thread.sleep(20);
                        return LARGE;
                    });
                }
                return "1";
            });
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                ids.add(flows.start("grows", "{}"));
            }
            for (String id : ids) {
                flows.await(id, "succeeded");
            }
            assertEquals(8 * 14, steps.get());
            assertTrue(begun.get() > 8, "none was put away");
        }
    }

    /** Taken up it would fill the memory, at each start; so it is ended without, and what ended with it is canceled. */
    @Test
    void aJournalThatIsTooLargeToBeTakenUpEndsItsExecution(@TempDir Path folder) throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        Guest.Flow waits = guest -> guest.call(Guest.event("go", Duration.ofHours(1)));
        Guest.Flow large = guest -> {
            guest.call(Guest.invoke("waits", "{}", HostCall.Mode.ASYNC, HostCall.ParentClose.CANCEL));
            for (int i = 0; i < 100; i++) {
                if (guest.input().has("undo")) {
                    guest.undoable("large", "undo", (_, _) -> LARGE);
                } else {
                    guest.step("large", (_, _) -> LARGE);
                }
            }
            return guest.call(Guest.event("go", Duration.ofHours(1)));
        };
        String plain;
        String undoable;
        try (House house = House.at(folder.resolve("one")).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("waits", waits);
            flows.deploy("large", large);
            plain = flows.start("large", "{}");
            undoable = flows.start("large", "{\"undo\":1}");
            flows.await(plain, "suspended");
            flows.await(undoable, "suspended");
        }
        try (House house = House.at(folder.resolve("two"))
                .on(state, blobs)
                .with("executions.max-journals-mb", "1")
                .knowing("waits", waits)
                .knowing("large", large)
                .open()) {
            Flows flows = new Flows(house);
            flows.signal(plain, "go", "1").is(202);
            Reply failed = flows.await(plain, "failed");
            assertTrue(failed.at("/error/id").contains("quota_exceeded"), failed.body());
            assertTrue(failed.at("/error/message").contains("too large to be carried on here"), failed.body());
            assertEquals("started", flows.events(plain).getFirst());
            flows.signal(undoable, "go", "1").is(202);
            flows.await(undoable, "dead_lettered");
            Eventually.holds(
                    "what it had started is canceled",
                    () -> house.get("/api/v1/executions?status=canceled&function=waits")
                                    .json()
                                    .get("items")
                                    .size()
                            == 2);
        }
    }

    /** What was written before journals were compressed is read like what is. */
    @Test
    void journalsAreCompressedAndAreReadWhetherTheyAreOrNot(@TempDir Path folder) throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        AtomicInteger steps = new AtomicInteger();
        Guest.Flow flow = guest -> {
            for (int i = 0; i < 3; i++) {
                guest.step("large", (_, _) -> {
                    steps.incrementAndGet();
                    return LARGE;
                });
            }
            guest.call(Guest.event("go", Duration.ofHours(1)));
            return guest.call(Guest.event("end", Duration.ofHours(1)));
        };
        String id;
        try (House house = House.at(folder.resolve("one")).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("compressed", flow);
            id = flows.start("compressed", "{}");
            flows.await(id, "suspended");
        }
        Range range = Range.prefix(Key.Space.STATE, "t/default/j/" + id + "/");
        List<Entry> segments = state.list(range, 100);
        assertTrue(segments.stream().mapToInt(each -> each.value().size()).sum() < LARGE.length(), segments::toString);
        state.commit(
                CommitId.fresh(),
                segments.stream()
                        .map(each -> (Change)
                                new Change.Put(each.key(), Packed.unpack(each.value()), Expectation.anything()))
                        .toList());
        assertTrue(state.list(range, 100).stream()
                        .mapToInt(each -> each.value().size())
                        .sum()
                > 3 * LARGE.length());
        try (House house = House.at(folder.resolve("two"))
                .on(state, blobs)
                .knowing("compressed", flow)
                .open()) {
            Flows flows = new Flows(house);
            flows.signal(id, "go", "1").is(202);
            Eventually.holds(
                    "it waits again",
                    () -> flows.events(id).stream().filter("suspended"::equals).count() == 2);
            flows.signal(id, "end", "7").is(202);
            flows.await(id, "succeeded");
            assertEquals(3, steps.get());
            assertEquals(
                    3,
                    flows.events(id).stream().filter("step_completed"::equals).count());
        }
        List<Entry> ended = state.list(Range.prefix(Key.Space.HISTORY, ""), 1000).stream()
                .filter(each -> each.key().path().contains("/w/" + id))
                .toList();
        assertTrue(ended.stream().mapToInt(each -> each.value().size()).sum() < LARGE.length(), ended::toString);
    }
}
