package dev.dovetail.kernel.cluster;

import java.util.Collection;
import java.util.List;

/** Which part of the shards should be whose. Every node that sees the same nodes comes to the same answers. */
final class Shares {
    private Shares() {}

    /** How many of the shards this node should own beside the others; over all of them that is all shards. */
    static int of(String node, Collection<String> live, int shards) {
        List<String> inOrder = live.stream().sorted().toList();
        int place = inOrder.indexOf(node);
        if (place < 0) {
            throw new IllegalArgumentException("No share for \"" + node + "\", which is none of " + inOrder);
        }
        return shards / inOrder.size() + (place < shards % inOrder.size() ? 1 : 0);
    }

    /** The lower, the sooner this node takes the shard: another order for each node, so that they seldom want the same. */
    static long reluctance(String node, int shard) {
        return mix(31L * node.hashCode() + shard);
    }

    /** Whose shard an execution is in: must never change, for what lies in the store was put there by it. */
    static int shardOf(String executionId, int shards) {
        return Math.floorMod(mix(executionId.hashCode()), shards);
    }

    /** The finish of MurmurHash3. */
    private static long mix(long value) {
        long mixed = value;
        mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }
}
