package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.cluster.Fence;
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
