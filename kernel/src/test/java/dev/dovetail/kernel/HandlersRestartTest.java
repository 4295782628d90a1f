package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.spi.store.BlobStore;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workflows that are called at the end of others, where nodes end in between, or have few places. */
@Tag("WF-21")
class HandlersRestartTest {
    private static String handledBy(String name) {
        return "\"traits\":{\"workflow\":{\"compensation\":{\"onFailure\":\"" + name + "\"}}}";
    }

    private static Guest.Flow failing() {
        return _ -> {
            throw Guest.fails("why");
        };
    }

    /** Whoever takes over finds the call that was made, and makes no other. */
    @Test
    void aHandlerIsBegunOnceThoughItsCallerIsTakenOver(@TempDir Path folder) throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        Set<String> begun = ConcurrentHashMap.newKeySet();
        CountDownLatch taken = new CountDownLatch(1);
        Guest.Flow handler = guest -> {
            begun.add(guest.invocation().executionId());
            taken.await();
            return "1";
        };
        CutStore store = new CutStore(state);
        House first = House.at(folder.resolve("one"))
                .on(store, blobs)
                .knowing("fails", failing())
                .knowing("handler", handler)
                .open();
        Flows flows = new Flows(first);
        flows.deploy("handler", handler);
        flows.deploy("fails", failing(), handledBy("handler"));
        String id = flows.start("fails", "{}");
        flows.await(id, "compensating");
        Eventually.holds("it is called", () -> begun.size() == 1);
        store.cut();
        taken.countDown();
        try (House second = House.at(Flows.sameNode(first, folder.resolve("two")))
                .on(state, blobs)
                .knowing("fails", failing())
                .knowing("handler", handler)
                .open()) {
            first.close();
            new Flows(second).await(id, "compensated");
            assertEquals(1, begun.size(), begun::toString);
        }
    }

    /** The attempt that was under way is made again; those before it are not, and there are no more than three. */
    @Test
    void attemptsOfAPlainHandlerAreCountedOverATakeover(@TempDir Path folder) throws Exception {
        assertEquals(3, failures(folder, failing()));
    }

    @Test
    @Tag("WF-19")
    void attemptsToUndoAStepAreCountedOverATakeover(@TempDir Path folder) throws Exception {
        assertEquals(1, failures(folder, guest -> {
            guest.undoable("s", "handler", (_, _) -> "1");
            throw Guest.fails("why");
        }));
    }

    /** It is taken over in the second attempt; answers how many failures are in its timeline. */
    private static long failures(Path folder, Guest.Flow fails) throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        CutStore store = new CutStore(state);
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch taken = new CountDownLatch(1);
        Guest.Flow handler = _ -> {
            if (calls.incrementAndGet() == 2) {
                second.countDown();
                taken.await();
            }
            throw Guest.fails("not handled");
        };
        House first = open(folder.resolve("one"), store, blobs, fails, handler);
        String id = startFailing(first, fails);
        second.await();
        store.cut();
        taken.countDown();
        try (House next = open(Flows.sameNode(first, folder.resolve("two")), state, blobs, fails, handler)) {
            first.close();
            Flows flows = new Flows(next);
            flows.await(id, "dead_lettered");
            assertEquals(4, calls.get());
            return flows.events(id).stream()
                    .filter("compensation_failed"::equals)
                    .count();
        }
    }

    /** What it did is done, though its caller's end was not kept. */
    @Test
    void aPlainHandlerThatEndedIsNotCalledAgain(@TempDir Path folder) throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        CutStore store = new CutStore(state);
        AtomicInteger calls = new AtomicInteger();
        Guest.Flow handler = _ -> Integer.toString(calls.incrementAndGet());
        House first = open(folder.resolve("one"), store, blobs, failing(), handler);
        store.cutBefore(changes -> CutStore.touches(changes, "/w/"));
        String id = startFailing(first, failing());
        Eventually.holds("its end is not kept", store::isCut);
        try (House next = open(Flows.sameNode(first, folder.resolve("two")), state, blobs, failing(), handler)) {
            first.close();
            new Flows(next).await(id, "compensated");
            assertEquals(1, calls.get());
        }
    }

    private static House open(Path folder, StateStore state, BlobStore blobs, Guest.Flow fails, Guest.Flow handler)
            throws Exception {
        return House.at(folder)
                .on(state, blobs)
                .knowing("fails", fails)
                .knowing("handler", handler)
                .open();
    }

    private static String startFailing(House house, Guest.Flow fails) {
        house.deploy("handler", "flow handler");
        Flows flows = new Flows(house);
        flows.deploy("fails", fails, handledBy("handler"));
        return flows.start("fails", "{}");
    }

    @Test
    void moreHandlersThanPlacesComeToTheirEnd(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).with("executions.max-carried", "2").open()) {
            Flows flows = new Flows(house);
            flows.deploy("handler", guest -> guest.step("a", (_, _) -> "1"));
            flows.deploy("fails", failing(), handledBy("handler"), "\"timeoutSeconds\":600");
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                ids.add(flows.start("fails", "{}"));
            }
            for (String id : ids) {
                flows.await(id, "compensated", 20);
            }
        }
    }
}
