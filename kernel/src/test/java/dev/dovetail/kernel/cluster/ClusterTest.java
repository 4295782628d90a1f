package dev.dovetail.kernel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.store.Asserting;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one node does, step by step. */
final class ClusterTest {
    private static final Settings EIGHT = new Settings(8, Duration.ofSeconds(1), Duration.ofSeconds(3));

    @TempDir
    static Path folder;

    private static LentState lent;

    private final StateStore store = Asserting.stateStore(new InMemoryStateStore());
    private long nanos;
    private Duration delay = Duration.ZERO;
    private final Slot<StateStore> slot = lent.with(() -> {
        nanos += delay.toNanos();
        return store;
    });
    private final Heard heard = new Heard();

    @BeforeAll
    static void open() throws Exception {
        lent = new LentState(folder);
    }

    @AfterAll
    static void close() {
        lent.close();
    }

    private Cluster node(String name, Settings settings) {
        return new Cluster(
                slot,
                Thread.ofPlatform().daemon().factory(),
                InstantSource.system(),
                () -> nanos,
                new Cluster.Self(name, "http://" + name, UUID.randomUUID().toString()),
                settings);
    }

    private Cluster joined(String name) throws InterruptedException {
        Cluster cluster = node(name, EIGHT);
        cluster.join(heard);
        cluster.beat();
        cluster.tick();
        return cluster;
    }

    @Test
    void theOnlyNodeOwnsEverythingAtOnce() throws Exception {
        Cluster cluster = joined("a");
        assertEquals(8, cluster.owned().size());
        assertEquals(Set.copyOf(heard.taken.values()), Set.copyOf(cluster.owned()));
        assertEquals(1, cluster.fence(3).orElseThrow().epoch());
        assertEquals("c/shard/03/owner", cluster.fence(3).orElseThrow().key().path());
        Node self = cluster.nodes().getFirst();
        assertEquals("a", self.name());
        assertEquals("http://a", self.address());
        assertTrue(self.alive());
        assertEquals(IntStream.range(0, 8).boxed().toList(), self.shards());
        cluster.close();
        assertEquals(Map.of(), heard.taken);
        assertEquals(List.of(), cluster.owned());
        assertEquals(List.of(), cluster.nodes());
    }

    @Test
    void ownershipThatWasGivenUpIsNoReasonToWait() throws Exception {
        joined("a").close();
        Cluster next = joined("b");
        assertEquals(8, next.owned().size());
        assertTrue(next.owned().stream().allMatch(fence -> fence.epoch() == 2), "epochs go on counting");
        next.close();
    }

    @Test
    void whoeverIsNotStartedOrIsClosedOwnsNothing() throws Exception {
        Cluster cluster = node("a", EIGHT);
        assertEquals(Optional.empty(), cluster.fence(0));
        assertThrows(IllegalStateException.class, () -> cluster.own(() -> "x"));
        cluster.close();
        cluster.close();
        assertThrows(IllegalStateException.class, () -> cluster.start(heard));
    }

    @Test
    void aFenceInDoubtIsOutOfUseAndItsShardIsTakenAnew() throws Exception {
        Cluster cluster = joined("a");
        Fence before = cluster.fence(5).orElseThrow();
        cluster.lost(new Fence(5, 7, before.key(), 7)); // somebody else's
        assertEquals(before, cluster.fence(5).orElseThrow());
        cluster.lost(before);
        assertEquals(Optional.empty(), cluster.fence(5));
        assertEquals(7, cluster.owned().size());
        assertEquals(before, heard.taken.get(5), "the watcher hears it on the next tick");
        cluster.tick();
        Fence after = cluster.fence(5).orElseThrow();
        assertEquals(before.epoch() + 1, after.epoch());
        assertTrue(
                store.commit(CommitId.fresh(), List.of(before.check()))
                        instanceof dev.dovetail.spi.store.Committed.Conflict);
        assertTrue(
                store.commit(CommitId.fresh(), List.of(after.check()))
                        instanceof dev.dovetail.spi.store.Committed.Done);
        cluster.close();
    }

    @Test
    void whatAnotherHasTakenIsLostThoughThisNodeWasHeardAllTheTime() throws Exception {
        Cluster cluster = joined("a");
        store.commit(
                CommitId.fresh(),
                List.of(new Change.Put(
                        Papers.owner(3),
                        new Papers(slot, InstantSource.system(), () -> nanos, 8).owner(new Holder("b", "x"), 2),
                        Expectation.anything())));
        cluster.tick();
        assertEquals(Optional.empty(), cluster.fence(3));
        assertEquals(7, heard.taken.size());
        cluster.close();
    }

    @Test
    void aNodeThatIsNotHeardForALeaseLessOneBeatOwnsNothing() throws Exception {
        Cluster cluster = joined("a");
        nanos += Duration.ofSeconds(2).toNanos() - 1;
        assertEquals(8, cluster.owned().size());
        nanos += 1;
        assertEquals(List.of(), cluster.owned());
        cluster.beat();
        assertEquals(List.of(), cluster.owned(), "others may have taken them");
        cluster.tick();
        assertEquals(8, cluster.owned().size());
        assertTrue(cluster.owned().stream().allMatch(fence -> fence.epoch() == 2));
        cluster.close();
    }

    @Test
    void whatCountsIsWhenABeatWasSentAndNotWhenItWasAnswered() throws Exception {
        Cluster cluster = joined("a");
        delay = Duration.ofSeconds(1);
        cluster.beat();
        assertEquals(8, cluster.owned().size());
        nanos += Duration.ofSeconds(1).toNanos();
        assertEquals(List.of(), cluster.owned());
        delay = Duration.ZERO;
        cluster.close();
    }

    @Test
    void allNodesHaveTheSameNumberOfShards() throws Exception {
        Cluster first = joined("a");
        Cluster other = node("b", new Settings(16, EIGHT.beat(), EIGHT.lease()));
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> other.start(new Heard()));
        assertEquals(
                "The cluster in this state store has 8 shards, but this node is set to 16; expected the same number",
                refused.getMessage());
        other.close();
        assertEquals(List.of("a"), first.nodes().stream().map(Node::name).toList());
        first.close();
    }

    @Test
    void whatCannotBeReadIsPassedOver() throws Exception {
        store.commit(
                CommitId.fresh(),
                List.of(
                        new Change.Put(Papers.owner(2), Bytes.utf8("{\"schema\": 9}"), Expectation.absent()),
                        new Change.Put(Papers.beat("strange"), Bytes.utf8("?"), Expectation.absent())));
        Cluster cluster = joined("a");
        assertEquals(7, cluster.owned().size());
        assertEquals(Optional.empty(), cluster.fence(2));
        assertEquals(1, cluster.nodes().size());
        cluster.close();
    }

    @Test
    void aWatcherThatFailsGetsItsShardAgain() throws Exception {
        Cluster cluster = node("a", EIGHT);
        Heard failing = new Heard() {
            private boolean failed;

            @Override
            public void taken(Fence fence) {
                super.taken(fence);
                if (fence.shard() == 4 && !failed) {
                    failed = true;
                    throw new IllegalStateException("not now");
                }
            }
        };
        cluster.join(failing);
        cluster.beat();
        cluster.tick();
        assertEquals(7, cluster.owned().size());
        cluster.tick();
        assertEquals(8, cluster.owned().size());
        assertEquals(Set.copyOf(failing.taken.values()), Set.copyOf(cluster.owned()));
        cluster.close();
    }

    @Test
    void aNodeWhoseShardsStandStillDoesNotSayThatItLives() throws Exception {
        Cluster cluster = joined("a");
        long version = store.find(Papers.beat("a")).orElseThrow().version();
        nanos += Duration.ofMinutes(2).toNanos();
        assertThrows(IllegalStateException.class, cluster::beat);
        assertEquals(version, store.find(Papers.beat("a")).orElseThrow().version());
        cluster.tick();
        cluster.beat();
        cluster.tick();
        assertEquals(8, cluster.owned().size());
        cluster.close();
    }

    @Test
    void idsAreChosenWhoseShardIsOwnedHere() throws Exception {
        Cluster first = joined("a");
        Cluster second = node("b", EIGHT);
        Heard other = new Heard();
        second.join(other);
        second.beat();
        assertThrows(
                IllegalStateException.class,
                () -> second.own(() -> UUID.randomUUID().toString()));
        for (int i = 0; i < 8; i++) {
            nanos += Duration.ofMillis(250).toNanos();
            first.beat();
            second.beat();
            first.tick();
            second.tick();
        }
        Set<Integer> shards = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            String id = second.own(() -> UUID.randomUUID().toString());
            shards.add(second.shardOf(id));
        }
        assertEquals(other.taken.keySet(), shards);
        assertEquals(4, shards.size());
        assertThrows(IllegalStateException.class, () -> second.own(() -> notOf(second)));
        first.close();
        second.close();
    }

    /** Always the same, of another node. */
    private static String notOf(Cluster cluster) {
        return IntStream.range(0, 1000)
                .mapToObj(Integer::toString)
                .filter(id -> cluster.fence(cluster.shardOf(id)).isEmpty())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatMakesNoSenseIsRefusedInWords() {
        Duration second = Duration.ofSeconds(1);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new Settings(0, second, second))
                .getMessage()
                .contains("expected 1 to 1000"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new Settings(1, second, second))
                .getMessage()
                .contains("three beats"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new Cluster.Self("a/b", "", "x"))
                .getMessage()
                .contains("\"a/b\""));
        assertThrows(IllegalArgumentException.class, () -> node("a", EIGHT).fence(8));
        assertFalse(node("a", EIGHT).fence(7).isPresent());
    }
}
