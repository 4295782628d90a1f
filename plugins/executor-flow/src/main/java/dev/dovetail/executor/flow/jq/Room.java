package dev.dovetail.executor.flow.jq;

import java.util.concurrent.atomic.AtomicLong;

/** What the values of all calls may hold of the heap together. Calls with small values never ask. Thread-safe. */
public final class Room {
    /** A value so large, in bytes, is nothing that has to be asked for: most are smaller. */
    static final int SMALL = 256 << 10;

    /** A task has its input, its output and what it computes at the same time. */
    public static final int VALUES_AT_ONCE = 4;

    private static final long KERNELS_OWN = 64 << 20;

    private final long most;
    private final AtomicLong taken = new AtomicLong();

    public Room(long bytes) {
        this.most = bytes;
    }

    /** A quarter of what a heap has beyond what the kernel itself needs, and of a tiny one an eighth. */
    public static long usual(long heap) {
        return Math.max(heap / 8, (heap - KERNELS_OWN) / 4);
    }

    long bytes() {
        return most;
    }

    /** What calls hold now. */
    public long taken() {
        return taken.get();
    }

    /** False, and nothing taken, if so much is not left. */
    boolean take(long bytes) {
        if (taken.addAndGet(bytes) <= most) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    void give(long bytes) {
        taken.addAndGet(-bytes);
    }
}
