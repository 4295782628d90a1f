package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.cluster.Fence;
import java.time.InstantSource;

/** This node's part in the cluster: from when on it takes its share. Thread-safe. */
final class Membership implements Cluster.Watcher {
    private final Cluster cluster;
    private final Dispatch dispatch;
    private final Held held;
    private final Quarantine quarantine;
    private final Census census;
    private final InstantSource clock;
    private volatile boolean paused;

    /** @param paused whether it takes nothing before it is resumed */
    Membership(
            Cluster cluster,
            Dispatch dispatch,
            Held held,
            Quarantine quarantine,
            Census census,
            InstantSource clock,
            boolean paused) {
        this.census = census;
        this.quarantine = quarantine;
        this.clock = clock;
        this.cluster = cluster;
        this.dispatch = dispatch;
        this.held = held;
        this.paused = paused;
    }

    void start() throws InterruptedException {
        cluster.start(this, paused);
    }

    /** Whether it was paused until now. */
    synchronized boolean resume() {
        if (!paused) {
            return false;
        }
        cluster.resume();
        paused = false;
        return true;
    }

    boolean paused() {
        return paused;
    }

    @Override
    public void taken(Fence fence) {
        census.opened(fence);
        quarantine.opened(fence.shard(), clock.instant());
        held.opened(fence.shard());
        dispatch.opened(fence);
    }

    @Override
    public void lost(int shard) {
        dispatch.lost(shard);
        census.lost(shard);
    }
}
