package dev.dovetail.kernel.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What a watcher was told. */
class Heard implements Cluster.Watcher {
    final Map<Integer, Fence> taken = new ConcurrentHashMap<>();

    @Override
    public void taken(Fence fence) {
        assertTrue(taken.put(fence.shard(), fence) == null, "told twice of " + fence);
    }

    @Override
    public void lost(int shard) {
        assertTrue(taken.remove(shard) != null, "never told of " + shard);
    }
}
