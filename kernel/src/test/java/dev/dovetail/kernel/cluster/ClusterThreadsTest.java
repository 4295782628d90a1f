package dev.dovetail.kernel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.Asserting;
import dev.dovetail.testkit.store.Cranky;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes with real threads on one cranky store, each of which writes what it owns as fast as it can. */
final class ClusterThreadsTest {
    private static final Settings QUICK = new Settings(16, Duration.ofMillis(200), Duration.ofMillis(1000));

    @TempDir
    Path folder;

    private LentState lent;
    private final List<Worker> workers = new ArrayList<>();
    /** By shard: the version of each write that was made, and the epoch of who made it. */
    private final Map<Integer, ConcurrentSkipListMap<Long, Long>> written = new ConcurrentHashMap<>();

    @BeforeEach
    void open() throws Exception {
        lent = new LentState(folder);
    }

    @AfterEach
    void close() throws Exception {
        for (Worker each : workers) {
            each.stop();
        }
        lent.close();
    }

    private final class Worker implements Cluster.Watcher {
        final Cluster cluster;
        private final Slot<StateStore> slot;
        private final Map<Integer, Fence> told = new ConcurrentHashMap<>();
        private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::work);
        private volatile boolean ending;

        Worker(String name, Slot<StateStore> slot) throws InterruptedException {
            this.slot = slot;
            this.cluster = new Cluster(
                    slot,
                    Thread.ofPlatform().daemon().factory(),
                    InstantSource.system(),
                    System::nanoTime,
                    new Cluster.Self(name, "", "b"),
                    QUICK);
            cluster.start(this);
            thread.start();
        }

        @Override
        public void taken(Fence fence) {
            assertTrue(told.put(fence.shard(), fence) == null);
        }

        @Override
        public void lost(int shard) {
            assertTrue(told.remove(shard) != null);
        }

        private void work() {
            while (!ending) {
                for (Fence fence : List.copyOf(told.values())) {
                    write(fence);
                }
                Thread.onSpinWait();
            }
        }

        /** With whatever fence it was told, in use or not: the store must judge. */
        private void write(Fence fence) {
            Change work = new Change.Put(
                    Key.state("c/shard/" + fence.shard() + "/work"), Bytes.empty(), Expectation.anything());
            try {
                Committed answer = slot.use(store -> store.commit(CommitId.fresh(), List.of(fence.check(), work)));
                switch (answer) {
                    case Committed.Done(long version) ->
                        written.computeIfAbsent(fence.shard(), any -> new ConcurrentSkipListMap<>())
                                .put(version, fence.epoch());
                    case Committed.Conflict conflict -> cluster.lost(fence);
                }
            } catch (PluginFailure e) {
                assertTrue(e.getMessage().contains("cranky"), e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void stop() throws InterruptedException {
            ending = true;
            thread.join();
            cluster.close();
        }
    }

    @Test
    void threeNodesShareWorkAndTakeOverFromOneAnother() throws Exception {
        long seed = new Random().nextLong();
        StateStore store = Cranky.stateStore(Asserting.stateStore(new InMemoryStateStore()), seed);
        Slot<StateStore> slot = lent.with(() -> store);
        for (String name : List.of("a", "b", "c")) {
            workers.add(new Worker(name, slot));
        }
        Eventually.holds(
                "each has its share (seed " + seed + ")",
                () -> owned() == 16
                        && workers.stream()
                                .allMatch(each -> each.cluster.owned().size() >= 5));
        workers.removeFirst().stop();
        Eventually.holds("the others have what the first gave up (seed " + seed + ")", () -> owned() == 16);
        workers.add(new Worker("a", slot));
        Eventually.holds(
                "they share again (seed " + seed + ")",
                () -> owned() == 16
                        && workers.stream()
                                .allMatch(each -> each.cluster.owned().size() >= 5));
        for (Worker each : workers) {
            each.stop();
            assertEquals(Map.of(), each.told);
        }
        workers.clear();
        written.forEach((shard, its) -> {
            List<Long> epochs = List.copyOf(its.values());
            assertEquals(epochs.stream().sorted().toList(), epochs, "shard " + shard + ", seed " + seed);
        });
        assertEquals(16, written.size(), "all shards were worked on");
        assertTrue(
                written.values().stream()
                        .anyMatch(its -> its.values().stream().distinct().count() > 1),
                "and some by several owners");
    }

    private int owned() {
        return workers.stream().mapToInt(each -> each.cluster.owned().size()).sum();
    }

    @Test
    void theThreadsEndWhenItIsClosed() throws Exception {
        StateStore store = new InMemoryStateStore();
        List<Thread> made = new ArrayList<>();
        Cluster cluster = new Cluster(
                lent.with(() -> store),
                task -> {
                    Thread thread = Thread.ofPlatform().daemon().unstarted(task);
                    made.add(thread);
                    return thread;
                },
                InstantSource.system(),
                System::nanoTime,
                new Cluster.Self("a", "", "b"),
                QUICK);
        cluster.start(new Cluster.Watcher() {
            @Override
            public void taken(Fence fence) {}

            @Override
            public void lost(int shard) {}
        });
        Eventually.holds("it owns all", () -> cluster.owned().size() == 16); // a beat that comes late ends a term
        made.forEach(Thread::interrupt); // not the way to end them
        long beat = store.find(Papers.beat("a")).orElseThrow().version();
        Eventually.holds(
                "it goes on beating",
                () -> store.find(Papers.beat("a")).orElseThrow().version() > beat);
        cluster.close();
        assertEquals(2, made.size());
        assertTrue(made.stream().noneMatch(Thread::isAlive));
    }
}
