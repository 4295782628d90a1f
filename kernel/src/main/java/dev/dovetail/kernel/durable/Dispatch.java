package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.durable.due.Due;
import dev.dovetail.kernel.durable.due.DueQueue;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Brings what is due to the floor: each on a thread of its own, and so many at once. After a start it begins with few, and each
 * that has been carried makes room for two: hundreds that went on at the same moment, in code that nothing has compiled yet, would
 * all come to their next step late instead of some at once. Who waits for something that takes its time keeps nobody back for
 * long, since room is also made as time goes by.
 */
final class Dispatch {
    private static final int FEW = 2 * Runtime.getRuntime().availableProcessors();
    private static final Duration STEP = Duration.ofMillis(20);

    private final DueQueue queue;
    private final Ownership shards;
    private final Floor floor;
    private final ThreadFactory threads;
    private final Semaphore places;
    private final AtomicInteger kept;
    private volatile boolean closing;

    /** @param atOnce how many are carried at once */
    Dispatch(DueQueue queue, Ownership shards, Floor floor, ThreadFactory threads, int atOnce) {
        this.queue = queue;
        this.shards = shards;
        this.floor = floor;
        this.threads = threads;
        int first = Math.min(FEW, atOnce);
        this.places = new Semaphore(first);
        this.kept = new AtomicInteger(atOnce - first);
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
                while (!places.tryAcquire(STEP.toMillis(), TimeUnit.MILLISECONDS)) {
                    room(FEW);
                }
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
            room(1);
        }
    }

    /** So many places more, of those that are kept back. */
    private void room(int more) {
        int before = kept.getAndUpdate(left -> Math.max(0, left - more));
        places.release(Math.min(before, more));
    }

    void close() {
        closing = true;
        queue.close();
    }
}
