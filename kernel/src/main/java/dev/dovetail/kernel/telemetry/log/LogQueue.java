package dev.dovetail.kernel.telemetry.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;

/** Lines on their way to a stream that may be slow: bounded in number and bytes, written by one thread of its own. */
final class LogQueue {
    private static final int BATCH = 256;

    private final OutputStream out;
    private final LongFunction<byte[]> notice;
    private final BlockingQueue<byte[]> lines;
    private final long mostBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private long written; // guarded by the lock

    /** @param notice the line that tells how many were dropped */
    LogQueue(OutputStream out, int mostLines, long mostBytes, LongFunction<byte[]> notice) {
        this.out = out;
        this.notice = notice;
        this.lines = new ArrayBlockingQueue<>(mostLines);
        this.mostBytes = mostBytes;
        Thread.ofPlatform()
                .name("log-writer")
                .daemon()
                .uncaughtExceptionHandler((_, why) -> Exhaustion.check("The log's thread", why))
                .start(this::pump);
    }

    /** Takes a line, with its line feed, or drops it. Never waits. */
    void offer(byte[] line) {
        if (bytes.addAndGet(line.length) > mostBytes) {
            bytes.addAndGet(-line.length);
            dropped.incrementAndGet();
            return;
        }
        if (lines.offer(line)) {
            taken.incrementAndGet();
        } else {
            bytes.addAndGet(-line.length);
            dropped.incrementAndGet();
        }
    }

    long dropped() {
        return dropped.get();
    }

    /** Waits until all lines taken before this call are written; says whether they are. */
    boolean flush(Duration patience) {
        long goal = taken.get();
        long nanos = patience.toNanos();
        lock.lock();
        try {
            while (written < goal) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = progress.awaitNanos(nanos);
            }
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void pump() {
        List<byte[]> batch = new ArrayList<>(BATCH);
        ByteArrayOutputStream together = new ByteArrayOutputStream(64 << 10);
        long told = 0;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                batch.add(lines.take());
            } catch (InterruptedException _) {
                return;
            }
            lines.drainTo(batch, BATCH - 1);
            for (byte[] line : batch) {
                together.write(line, 0, line.length);
            }
            long lost = dropped.get();
            if (lost > told) {
                byte[] note = notice.apply(lost - told);
                together.write(note, 0, note.length);
                told = lost;
            }
            write(together);
            settle(batch);
        }
    }

    private void write(ByteArrayOutputStream together) {
        try {
            together.writeTo(out);
            out.flush();
        } catch (IOException _) {
            // nobody reads standard error any more, and there is nowhere else to say so
        }
        together.reset();
    }

    private void settle(List<byte[]> batch) {
        long freed = 0;
        for (byte[] line : batch) {
            freed += line.length;
        }
        bytes.addAndGet(-freed);
        lock.lock();
        try {
            written += batch.size();
            progress.signalAll();
        } finally {
            lock.unlock();
        }
        batch.clear();
    }
}
