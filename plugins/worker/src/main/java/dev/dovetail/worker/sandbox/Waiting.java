package dev.dovetail.worker.sandbox;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits that must come to their end although somebody is in a hurry: what is being closed must be gone afterwards. */
final class Waiting {
    private static final long LONGEST_PAUSE_MILLIS = 20;

    private Waiting() {}

    interface Wait {
        void once() throws InterruptedException;
    }

    static void uninterrupted(Wait wait) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    wait.once();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            restore(interrupted);
        }
    }

    /** Asks again and again, at first soon. @return whether it came true in time */
    static boolean until(BooleanSupplier condition, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        boolean interrupted = false;
        long pause = 1;
        try {
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() > end) {
                    return false;
                }
                try {
                    Thread.sleep(pause);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
            }
            return true;
        } finally {
            restore(interrupted);
        }
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
