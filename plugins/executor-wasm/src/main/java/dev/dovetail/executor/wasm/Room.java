package dev.dovetail.executor.wasm;

import java.time.Duration;

/** What the guests of this executor may hold of the kernel's heap together, in pages of 64 KiB. Thread-safe. */
final class Room {
    /** Calls are short as a rule: for so long a new guest waits for what others give back. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final long most;
    private long taken;

    Room(long bytes) {
        this.most = bytes >> 16;
    }

    /** False, and nothing taken, if so much is not left. */
    synchronized boolean take(int pages) {
        if (taken + pages > most) {
            return false;
        }
        taken += pages;
        return true;
    }

    /** The same after some patience. An interrupt ends it, and stays. */
    synchronized boolean await(int pages) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!take(pages)) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    synchronized void give(int pages) {
        taken -= pages;
        notifyAll();
    }

    /** Whether so little is taken that guests may hold some of it while they have no call. */
    synchronized boolean isAmple() {
        return taken < most / 4;
    }

    synchronized long taken() {
        return taken;
    }

    long megabytes() {
        return most >> 4;
    }
}
