package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.record.Ids;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which shards are this node's. */
interface Ownership {
    int shardOf(String id);

    /** Those that are this node's now. */
    Set<Integer> owned();

    /** The right to write this shard, while this node has it. */
    Optional<Fence> fence(int shard);

    /** A commit failed on this fence. */
    void lost(Fence fence);

    /** An id in a shard of this node's, if it has one. */
    static String newId(Cluster cluster, InstantSource clock) {
        String any = Ids.next(clock.instant());
        boolean here = cluster.fence(cluster.shardOf(any)).isPresent();
        return here || cluster.owned().isEmpty() ? any : cluster.own(() -> Ids.next(clock.instant()));
    }

    static Ownership in(Cluster cluster) {
        return new Ownership() {
            @Override
            public int shardOf(String id) {
                return cluster.shardOf(id);
            }

            @Override
            public Set<Integer> owned() {
                return cluster.owned().stream().map(Fence::shard).collect(Collectors.toSet());
            }

            @Override
            public Optional<Fence> fence(int shard) {
                return cluster.fence(shard);
            }

            @Override
            public void lost(Fence fence) {
                cluster.lost(fence);
            }
        };
    }
}
