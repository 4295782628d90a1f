package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.durable.due.Due;
import dev.dovetail.kernel.durable.due.DueQueue;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;

/** Brings what is due to the floor: each on a thread of its own, and so many at once. */
final class Dispatch {
    private final DueQueue queue;
    private final Ownership shards;
    private final Floor floor;
    private final ThreadFactory threads;
    private final Semaphore places;
    private volatile boolean closing;

    /** @param atOnce how many are carried at once */
    Dispatch(DueQueue queue, Ownership shards, Floor floor, ThreadFactory threads, int atOnce) {
        this.queue = queue;
        this.shards = shards;
        this.floor = floor;
        this.threads = threads;
        this.places = new Semaphore(atOnce);
    }

    /** A shard is this node's: what is due in it is taken up. */
    void opened(Fence fence) {
        queue.opened(fence);
    }

    /** A shard is not this node's any more: nothing of it is begun. */
    void lost(int shard) {
        queue.closed(shard);
        floor.lost(shard);
    }

    /** Carries what is due until this is closed; on a thread of its own. */
    void run() {
        queue.start();
        try {
            while (!closing) {
                Optional<Due> due = queue.take();
                if (due.isEmpty()) {
                    return;
                }
                places.acquire();
                threads.newThread(() -> carry(due.get())).start();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void carry(Due due) {
        try {
            floor.carry(due);
        } finally {
            places.release();
        }
    }

    void close() {
        closing = true;
        queue.close();
    }
}
