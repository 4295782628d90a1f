package dev.dovetail.storage.h2;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.store.Key;
import dev.dovetail.storage.h2.Logged.Dropped;
import dev.dovetail.storage.h2.Logged.Made;
import dev.dovetail.storage.h2.Logged.Refused;
import dev.dovetail.storage.h2.Logged.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Carries what was committed from the overlay into the base, in batches, on a thread of its own.
 *
 * <p>If the base's disk fails, it is opened again every second until it works; meanwhile commits go on until the overlay is
 * full.
 *
 * <p>H2 may come back from that without the last batch that it had said was durable: its recovery takes an older version when
 * the write that failed has spoilt what the newest one refers to. So the last batches stay in the overlay, and are applied again.
 */
final class Applier implements Runnable {
    /** A batch is this large, or this old. */
    private static final long BATCH_BYTES = 2 << 20;

    private static final long BATCH_AGE = TimeUnit.SECONDS.toNanos(1);
    private static final long RETRY = TimeUnit.SECONDS.toNanos(1);
    private static final int COMPACT_EVERY = 16;

    /** One was seen to go, never two. */
    private static final int KEPT = 2;

    private final Base base;
    private final Overlay overlay;
    private final System.Logger log;
    private final long limit;
    private final Deque<Logged> waiting = new ArrayDeque<>();
    private final Deque<List<Logged>> kept = new ArrayDeque<>();
    private final Lock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final Condition less = lock.newCondition();
    private long waitingBytes;
    private long waitingSince;
    private boolean closing;
    private Optional<String> trouble = Optional.empty();
    private volatile long applied;
    private int batches;

    Applier(Base base, Overlay overlay, long limit, System.Logger log) {
        this.base = base;
        this.overlay = overlay;
        this.limit = limit;
        this.log = log;
        this.applied = base.applied();
    }

    /** Takes what was published. */
    void add(List<Logged> group) {
        lock.lock();
        try {
            for (Logged record : group) {
                if (!(record instanceof Refused)) {
                    if (waiting.isEmpty()) {
                        waitingSince = System.nanoTime();
                    }
                    waiting.add(record);
                    waitingBytes += LoggedCodec.bound(record);
                }
            }
            more.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits while the overlay is full; if it cannot get emptier, says why. */
    Optional<String> awaitRoom() throws InterruptedException {
        lock.lock();
        try {
            while (waitingBytes > limit && trouble.isEmpty()) {
                less.await();
            }
            return waitingBytes > limit ? trouble : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** The version up to which everything is in the base, and stays there whatever becomes of its disk. */
    long applied() {
        return applied;
    }

    /** Lets the thread end: after all if that is little, else after the batch that it is at; the rest is in the log. */
    void close() {
        lock.lock();
        try {
            closing = true;
            more.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        try {
            for (List<Logged> batch = next(); !batch.isEmpty(); batch = next()) {
                if (!applied(batch)) {
                    return;
                }
                done(batch);
                kept.add(batch);
                if (kept.size() > KEPT) {
                    List<Logged> oldest = kept.remove();
                    overlay.evict(oldest);
                    applied = version(oldest);
                }
            }
        } catch (InterruptedException e) {
            // the store is being taken away: what is not applied is in the log
        } finally {
            end();
        }
    }

    /** Nobody waits for room that nobody makes. */
    private void end() {
        lock.lock();
        try {
            trouble = Optional.of(trouble.orElse("nothing is applied to the H2 file any more"));
            less.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The next batch: some writes, or one drop; nothing at the end. */
    private List<Logged> next() throws InterruptedException {
        lock.lock();
        try {
            while (!closing && waitingBytes < BATCH_BYTES) {
                long left = waiting.isEmpty() ? Long.MAX_VALUE : waitingSince + BATCH_AGE - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                more.awaitNanos(left);
            }
            if (closing && waitingBytes > BATCH_BYTES) {
                return List.of();
            }
            List<Logged> batch = new ArrayList<>();
            long bytes = 0;
            for (Logged record : waiting) {
                if (bytes > BATCH_BYTES || record instanceof Dropped && !batch.isEmpty()) {
                    break;
                }
                batch.add(record);
                bytes += LoggedCodec.bound(record);
                if (record instanceof Dropped) {
                    break;
                }
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private boolean applied(List<Logged> batch) throws InterruptedException {
        while (true) {
            try {
                for (List<Logged> each : kept) {
                    if (version(each) > base.applied()) {
                        apply(each);
                    }
                }
                apply(batch);
                return true;
            } catch (RuntimeException e) {
                // at once, since readers wait
                if (!reopened() || !waitAfter(e)) {
                    return false;
                }
            }
        }
    }

    /** @return false if the store is closed before its file could be opened */
    private boolean reopened() throws InterruptedException {
        while (true) {
            try {
                base.reopen(applied);
                return true;
            } catch (PluginException e) {
                if (!waitAfter(e)) {
                    return false;
                }
            }
        }
    }

    private void apply(List<Logged> batch) {
        if (batch.getFirst() instanceof Dropped dropped) {
            base.drop(dropped.range(), dropped.version());
            return;
        }
        NavigableMap<Key, Write> newest = new TreeMap<>();
        long version = 0;
        for (Logged record : batch) {
            if (record instanceof Made made) {
                made.writes().forEach(write -> newest.put(write.key(), write));
                version = made.version();
            }
        }
        base.apply(newest.values(), version);
        if (++batches % COMPACT_EVERY == 0) {
            base.compact();
        }
    }

    /** Of the last in it; what was refused is in none. */
    private static long version(List<Logged> batch) {
        return switch (batch.getLast()) {
            case Made made -> made.version();
            case Dropped dropped -> dropped.version();
            case Refused refused -> throw new IllegalStateException("Nothing to apply: " + refused);
        };
    }

    private void done(List<Logged> batch) {
        lock.lock();
        try {
            for (Logged record : batch) {
                waiting.remove();
                waitingBytes -= LoggedCodec.bound(record);
            }
            waitingSince = System.nanoTime();
            trouble = Optional.empty();
            less.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** @return whether to try again */
    private boolean waitAfter(RuntimeException e) throws InterruptedException {
        lock.lock();
        try {
            if (trouble.isEmpty()) {
                log.log(System.Logger.Level.WARNING, "Cannot write to the H2 file, trying again: {0}", e.getMessage());
            }
            trouble = Optional.of(String.valueOf(e.getMessage()));
            less.signalAll();
            for (long left = RETRY; left > 0 && !closing; ) {
                left = more.awaitNanos(left);
            }
            return !closing;
        } finally {
            lock.unlock();
        }
    }
}
