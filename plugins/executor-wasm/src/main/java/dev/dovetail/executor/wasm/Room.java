package dev.dovetail.executor.wasm;

import java.util.concurrent.atomic.AtomicLong;

/** What the guests of this executor may hold of the kernel's heap together, in pages of 64 KiB. Thread-safe. */
final class Room {
    private final long most;
    private final AtomicLong taken = new AtomicLong();

    Room(long bytes) {
        this.most = bytes >> 16;
    }

    /** False, and nothing taken, if so much is not left. */
    boolean take(int pages) {
        if (taken.addAndGet(pages) <= most) {
            return true;
        }
        taken.addAndGet(-pages);
        return false;
    }

    void give(int pages) {
        taken.addAndGet(-pages);
    }

    /** Whether so little is taken that guests may hold some of it while they have no call. */
    boolean isAmple() {
        return taken.get() < most / 4;
    }

    long taken() {
        return taken.get();
    }

    long megabytes() {
        return most >> 4;
    }
}
