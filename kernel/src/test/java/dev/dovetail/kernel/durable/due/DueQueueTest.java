package dev.dovetail.kernel.durable.due;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.cluster.LentState;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.FirstRunCounts;
import dev.dovetail.testkit.store.Cranky;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The queue with its threads. */
@FirstRunCounts
@Isolated("it fills the memory")
@Timeout(300)
final class DueQueueTest {
    private static final Name TENANT = Name.of("default");

    @TempDir
    static Path folder;

    private static LentState lent;

    private final InMemoryStateStore store = new InMemoryStateStore();
    private final List<DueQueue> queues = new ArrayList<>();

    @BeforeAll
    static void open() throws Exception {
        lent = new LentState(folder);
    }

    @AfterAll
    static void close() {
        lent.close();
    }

    @AfterEach
    void end() {
        queues.forEach(DueQueue::close);
    }

    private DueQueue queue(StateStore on) {
        DueQueue queue =
                new DueQueue(lent.with(() -> on), Thread.ofPlatform().daemon().factory(), InstantSource.system());
        queues.add(queue);
        queue.start();
        return queue;
    }

    private static Fence fence(int shard) {
        return new Fence(shard, 1, Key.state("c/shard/" + shard + "/owner"), 1);
    }

    private static Change put(Due due) {
        return new Change.Put(due.key(), Bytes.utf8(due.tenant().text()), Expectation.absent());
    }

    private Due commit(String id, Instant at) {
        Due due = new Due(id, TENANT, 0, at);
        store.commit(CommitId.fresh(), List.of(put(due)));
        return due;
    }

    @Test
    void whatLiesInTheStoreIsTakenWhenItsShardIsOpened() throws Exception {
        Due second = commit("b", Instant.now());
        Due first = commit("a", Instant.now().minusSeconds(5));
        DueQueue queue = queue(store);
        queue.opened(fence(0));
        assertEquals(Optional.of(first), queue.take());
        assertEquals(Optional.of(second), queue.take());
    }

    @Test
    void whatIsAddedIsTakenWhenItIsDueAndNotBefore() throws Exception {
        DueQueue queue = queue(store);
        queue.opened(fence(0));
        Instant soon = Instant.now().plusMillis(300);
        queue.add(commit("later", soon.plusMillis(200)));
        queue.add(commit("soon", soon));
        assertEquals("soon", queue.take().orElseThrow().id());
        assertFalse(Instant.now().isBefore(soon.truncatedTo(java.time.temporal.ChronoUnit.MILLIS)));
        assertEquals("later", queue.take().orElseThrow().id());
    }

    @Test
    void whoeverWaitsForSomethingLaterIsWokenForWhatComesFirst() throws Exception {
        DueQueue queue = queue(store);
        queue.opened(fence(0));
        queue.add(commit("later", Instant.now().plusSeconds(500)));
        AtomicReference<Optional<Due>> taken = new AtomicReference<>(Optional.empty());
        List<Thread> takers = new ArrayList<>();
        AtomicInteger answered = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            takers.add(Thread.ofVirtual().start(() -> {
                try {
                    queue.take().ifPresent(due -> taken.set(Optional.of(due)));
                    answered.incrementAndGet();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        for (Thread taker : takers) {
            Eventually.holds(
                    "it waits",
                    () -> taker.getState() == Thread.State.WAITING || taker.getState() == Thread.State.TIMED_WAITING);
        }
        queue.add(commit("now", Instant.now()));
        Eventually.holds(
                "it is taken",
                () -> taken.get().filter(due -> due.id().equals("now")).isPresent());
        assertEquals(1, answered.get());
        queue.close();
        for (Thread taker : takers) {
            taker.join();
        }
        assertEquals(3, answered.get(), "the others are answered that there is nothing");
        assertEquals(Optional.empty(), queue.take());
    }

    @Test
    void whatIsRemovedOrOfAClosedShardIsNotTaken() throws Exception {
        DueQueue queue = queue(store);
        queue.opened(fence(0));
        Due gone = commit("gone", Instant.now().plusMillis(100));
        queue.add(gone);
        store.commit(CommitId.fresh(), List.of(new Change.Delete(gone.key(), Expectation.anything())));
        queue.remove("gone");
        queue.add(commit("closed", Instant.now().plusMillis(100)));
        queue.closed(0);
        Due other = new Due("other", TENANT, 1, Instant.now().plusMillis(200));
        store.commit(CommitId.fresh(), List.of(put(other)));
        queue.opened(fence(1));
        assertEquals(Optional.of(other), queue.take());
    }

    @Test
    void theSameIsNotTakenTwiceBeforeItIsDone() throws Exception {
        DueQueue queue = queue(store);
        queue.opened(fence(0));
        queue.add(commit("a", Instant.now()));
        assertEquals("a", queue.take().orElseThrow().id());
        queue.add(commit("a", Instant.now().plusMillis(1)));
        Due other = commit("b", Instant.now().plusMillis(50));
        queue.add(other);
        assertEquals(Optional.of(other), queue.take());
        queue.done("a");
        assertEquals("a", queue.take().orElseThrow().id());
    }

    @Test
    void aStoreThatIsAwayIsReadWhenItIsBack() throws Exception {
        long seed = new Random().nextLong();
        Instant past = Instant.now().minusSeconds(60);
        for (int i = 0; i < 3000; i++) {
            commit(String.format("e%04d", i), past.plusMillis(i));
        }
        DueQueue queue = queue(Cranky.stateStore(store, seed));
        queue.opened(fence(0));
        for (int i = 0; i < 3000; i++) {
            Due due = queue.take().orElseThrow();
            assertEquals(String.format("e%04d", i), due.id(), "seed " + seed);
            queue.done(due.id());
        }
    }

    @Test
    void aBacklogOfSixHundredThousandIsWorkedOffInBoundedMemoryWhileMoreIsAdded() throws Exception {
        int all = 600_000;
        Instant past = Instant.now().minus(Duration.ofHours(1));
        for (int i = 0; i < all; i += 5000) {
            List<Change> changes = new ArrayList<>();
            for (int j = i; j < i + 5000; j++) {
                changes.add(put(new Due("old" + j, TENANT, j % 64, past.plusMillis(j))));
            }
            store.commit(CommitId.fresh(), changes);
        }
        DueQueue queue = queue(store);
        for (int shard = 0; shard < 64; shard++) {
            queue.opened(fence(shard));
        }
        Set<String> taken = ConcurrentHashMap.newKeySet();
        Instant last = Instant.EPOCH;
        int most = 0;
        int fresh = 0;
        while (taken.size() < all + 1000) {
            Due due = queue.take().orElseThrow();
            assertTrue(taken.add(due.id()), "twice: " + due);
            assertFalse(due.at().isBefore(last), "out of order: " + due);
            last = due.at();
            if (taken.size() % 500 == 0 && fresh < 1000) {
                Due added = new Due("new" + fresh, TENANT, fresh++ % 64, Instant.now());
                store.commit(CommitId.fresh(), List.of(put(added)));
                queue.add(added);
                most = Math.max(most, queue.held());
            }
            store.drop(new dev.dovetail.spi.store.Range(
                    Key.Space.STATE, due.key().path(), due.key().path() + "\0", false)); // quicker here than a commit
            queue.done(due.id());
        }
        assertTrue(most <= 20_000, "held " + most);
    }
}
