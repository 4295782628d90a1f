package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was accepted is carried to its end, whatever becomes of the node that accepted it. */
class RestartDurableTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    private final AtomicInteger first = new AtomicInteger();
    private final AtomicInteger second = new AtomicInteger();

    private Guest.Flow flow(House house) {
        return guest -> {
            String a = guest.step("a", (_, _) -> "" + first.incrementAndGet());
            String go = guest.call(Guest.event("go", HOUR));
            guest.log("it goes on");
            String b = guest.step("b", (_, _) -> {
                house.commands.gate("b").pass();
                return "" + second.incrementAndGet();
            });
            return "[" + a + "," + go + "," + b + "]";
        };
    }

    @Test
    @Tag("WF-03")
    @Tag("WF-04")
    @Tag("NF-11")
    void whatWaitsGoesOnAfterARestartAndRepeatsNothing(@TempDir Path one, @TempDir Path two) throws Exception {
        String id;
        try (House house = House.at(one).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("waits", flow(house));
            id = flows.start("waits", "{}");
            flows.await(id, "suspended");
        }
        try (House house = House.at(two).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            house.commands.flow("waits", flow(house));
            house.commands.gate("b").open();
            assertEquals("event", flows.show(id).at("/waitsFor"));
            flows.signal(id, "go", "7").is(202);
            assertEquals("[1,7,1]", flows.await(id, "succeeded").at("/output"));
            assertEquals(1, first.get());
            assertEquals(1, second.get());
            assertTrue(
                    state.list(
                                    dev.dovetail.spi.store.Range.prefix(
                                            dev.dovetail.spi.store.Key.Space.STATE, "t/default/w/"),
                                    10)
                            .isEmpty(),
                    "nobody is listed as waiting any more");
        }
    }

    @Test
    @Tag("WF-04")
    @Tag("NF-11")
    void whatWasInFlightWhenTheNodeDiedIsRunAgainAndNothingElse(@TempDir Path one, @TempDir Path two) throws Exception {
        CutStore store = new CutStore(state);
        String id;
        try (House house = House.at(one).on(store, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("dies", flow(house));
            id = flows.start("dies", "{}");
            flows.await(id, "suspended");
            flows.signal(id, "go", "7").is(202);
            house.commands.gate("b").await(1);
            store.cut(); // from here on nothing of this process reaches the store
            house.commands.gate("b").open();
            try (House next =
                    House.at(Flows.sameNode(house, two)).on(state, blobs).open()) {
                next.commands.flow("dies", flow(next));
                next.commands.gate("b").open();
                Flows after = new Flows(next);
                long began = System.nanoTime();
                String output = after.await(id, "succeeded").at("/output");
                assertTrue(System.nanoTime() - began < 5_000_000_000L, "its own shards are taken back at once");
                assertTrue(output.startsWith("[1,7,"), output);
            }
        }
        assertEquals(1, first.get(), "a settled step does not run again");
        assertEquals(2, second.get(), "the one in flight does");
    }

    @Test
    @Tag("NF-11")
    void whatEndedBeforeItsRecordWasWrittenIsListedByTheNext(@TempDir Path one, @TempDir Path two) throws Exception {
        Passing noRecords = new Passing() {
            @Override
            public StateStore it() {
                return state;
            }

            @Override
            public Committed commit(CommitId id, List<Change> changes) {
                if (CutStore.touches(changes, "/x/")) {
                    throw new PluginException(PluginException.Kind.UNAVAILABLE, "no records");
                }
                return state.commit(id, changes);
            }
        };
        List<String> ids;
        try (House house = House.at(one).on(noRecords, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("ends", guest -> "1");
            flows.deploy("waits", flow(house));
            String ended = flows.start("ends", "{}");
            flows.await(ended, "succeeded");
            String canceled = flows.start("waits", "{}");
            flows.await(canceled, "suspended");
            flows.control(canceled, "cancel").is(202);
            flows.await(canceled, "canceled");
            ids = List.of(canceled, ended);
        }
        try (House house = House.at(two).on(state, blobs).open()) {
            Eventually.holds("both are listed", () -> listed(house).equals(ids));
            Eventually.holds(
                    "nothing is due any more",
                    () -> state.list(Range.prefix(Key.Space.STATE, "c/shard/"), 1000).stream()
                            .noneMatch(each -> each.key().path().contains("/due/")));
            assertEquals(ids, listed(house), "once");
        }
    }

    private static List<String> listed(House house) {
        return house.get("/api/v1/executions")
                .is(200)
                .json()
                .get("items")
                .valueStream()
                .map(each -> each.get("id").stringValue())
                .toList();
    }

    @Test
    void aNodeWhoseStoreIsAwayStopsAllTheSameAndItsWorkIsDoneByTheNext(@TempDir Path one, @TempDir Path two)
            throws Exception {
        AtomicBoolean away = new AtomicBoolean();
        Passing store = () -> {
            if (away.get()) {
                throw new PluginException(PluginException.Kind.UNAVAILABLE, "away");
            }
            return state;
        };
        String id;
        House house = House.at(one).on(store, blobs).open();
        try (house) {
            Flows flows = new Flows(house);
            flows.deploy("cut-off", flow(house));
            id = flows.start("cut-off", "{}");
            flows.await(id, "suspended");
            flows.signal(id, "go", "7").is(202);
            house.commands.gate("b").await(1);
            away.set(true);
            house.commands.gate("b").open(); // what the step says cannot be written
        }
        try (House next = House.at(Flows.sameNode(house, two)).on(state, blobs).open()) {
            next.commands.flow("cut-off", flow(next));
            next.commands.gate("b").open();
            assertEquals("[1,7,2]", new Flows(next).await(id, "succeeded").at("/output"));
            assertEquals(1, first.get());
        }
    }

    @Test
    @Tag("WF-29")
    @Tag("NF-11")
    @Tag("NF-30")
    @Tag("SL-14")
    @Tag("FH-14")
    void anotherNodeTakesOverAndTheOldOwnerWritesNothing(@TempDir Path one, @TempDir Path two) throws Exception {
        CutStore store = new CutStore(state);
        try (House old = House.at(one).on(store, blobs).open()) {
            Flows flows = new Flows(old);
            flows.deploy("moves", flow(old));
            String id = flows.start("moves", "{}");
            flows.await(id, "suspended");
            flows.signal(id, "go", "7").is(202);
            old.commands.gate("b").await(1);
            store.stop(); // as if the process was stopped in the middle of a step
            old.commands.gate("b").open();
            try (House next = House.at(two).on(state, blobs).open()) {
                next.commands.flow("moves", flow(next));
                next.commands.gate("b").open();
                Flows after = new Flows(next);
                Reply reply = after.await(id, "succeeded", 15);
                String timeline = after.timeline(id).toString();
                store.letGo();
                Eventually.holds(
                        "the old owner has left it",
                        () -> !old.get("/api/v1/executions/" + id).at("/status").contains("running"));
                assertEquals(reply.at("/output"), after.show(id).at("/output"));
                assertEquals(reply.at("/finishedAt"), after.show(id).at("/finishedAt"));
                assertEquals(timeline, after.timeline(id).toString());
                assertEquals(1, first.get());
            }
        }
    }

    @Test
    @Tag("EX-05")
    @Tag("NF-05")
    void twoNodesCarryTheWorkOfAllShardsAndEachExecutionOnce(@TempDir Path one, @TempDir Path two) throws Exception {
        AtomicInteger runs = new AtomicInteger();
        try (House left = House.at(one).on(state, blobs).open();
                House right = House.at(two).on(state, blobs).open()) {
            Flows flows = new Flows(left);
            flows.deploy("shared", guest -> guest.step("s", (_, _) -> "" + runs.incrementAndGet()));
            right.commands.flow("shared", left.commands.flow("shared"));
            Eventually.holds(
                    "both know it", () -> right.get("/api/v1/functions/shared").status() == 200);
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                House to = i % 2 == 0 ? left : right;
                ids.add(new Flows(to).start("shared", "{}"));
            }
            for (String id : ids) {
                new Flows(right).await(id, "succeeded");
            }
            assertEquals(60, new HashSet<>(ids).size());
            assertEquals(60, runs.get());
        }
    }

    @Test
    @Tag("IV-06")
    @Tag("QF-03")
    void theSameKeyIsOneExecutionAlsoWhenTheNodeDiesBetweenClaimAndAcceptance(@TempDir Path one, @TempDir Path two)
            throws Exception {
        CutStore store = new CutStore(state);
        try (House house = House.at(one).on(store, blobs).open()) {
            Flows flows = new Flows(house);
            house.deploy("keyed", "count keyed\necho");
            String id = flows.start("keyed", "{\"n\":1}", "Idempotency-Key", "k-1");
            assertEquals(id, flows.start("keyed", "{\"n\":1}", "Idempotency-Key", "k-1"));
            flows.await(id, "succeeded");
            assertEquals(1, house.commands.count("keyed").get());
            house.post("/api/v1/functions/keyed/invoke-async", "{\"n\":2}", "Idempotency-Key", "k-1")
                    .isProblem(409, "idempotency_conflict");
            store.cutBefore(changes -> CutStore.touches(changes, "t/default/o/"));
            assertTrue(house.post("/api/v1/functions/keyed/invoke-async", "{\"n\":3}", "Idempotency-Key", "k-2")
                            .status()
                    >= 500);
            assertTrue(store.isCut());
            try (House next =
                    House.at(Flows.sameNode(house, two)).on(state, blobs).open()) {
                Flows after = new Flows(next);
                String again = after.start("keyed", "{\"n\":3}", "Idempotency-Key", "k-2");
                assertEquals(again, after.start("keyed", "{\"n\":3}", "Idempotency-Key", "k-2"));
                assertEquals(id, after.start("keyed", "{\"n\":1}", "Idempotency-Key", "k-1"));
                after.await(again, "succeeded");
                assertEquals(1, next.commands.count("keyed").get());
            }
        }
    }
}
