package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * What the bodies of all requests under way may take of the heap together. One for which there is no room waits before it is
 * read, so that many large ones at once do not fill the heap, which would end the process. Thread-safe.
 */
final class BodyRoom {
    /** Up to here a body costs about what its request does, and is not counted. */
    static final int SMALL = 64 << 10;

    private static final long KERNELS = 64L << 20;
    private static final long LEAST = 12L << 20;
    private static final int HELD = 4;

    private final Semaphore kilobytes;
    private final int all;

    /** @param bytes in all */
    BodyRoom(long bytes) {
        this.all = kilobytes(bytes);
        this.kilobytes = new Semaphore(all, true);
    }

    /** Half of what is above the kernel's own, for bodies that are held as bytes, as text, as what was read and as what code is given. */
    static long of(long heap) {
        return Math.max(LEAST, (heap - KERNELS) / 2 / HELD);
    }

    private static int kilobytes(long bytes) {
        return Math.clamp(bytes + 1023 >> 10, 1, Integer.MAX_VALUE);
    }

    /** For one request; closed when its body is needed no longer. */
    Place place() {
        return new Place();
    }

    /** What one request has taken. For one thread. */
    final class Place implements AutoCloseable {
        private int taken;

        private Place() {}

        /**
         * Makes room for a body; one that is larger than all there is has it to itself.
         *
         * @return whether there is room, at the latest after this time
         * @throws Refusal if the system stops
         */
        boolean take(long bytes, Duration patience) {
            if (bytes <= SMALL) {
                return true; // without a look at the semaphore, where it would stand in line behind large ones
            }
            int wanted = Math.min(all, kilobytes(bytes));
            try {
                if (!kilobytes.tryAcquire(wanted, patience.toNanos(), TimeUnit.NANOSECONDS)) {
                    return false;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Refusal.of(ErrorType.UNAVAILABLE, "The system is stopping")
                        .with("retryAfterSeconds", 1);
            }
            taken += wanted;
            return true;
        }

        /** Gives back what the body did not come to. */
        void keep(long bytes) {
            int surplus = taken - Math.min(taken, bytes <= SMALL ? 0 : kilobytes(bytes));
            kilobytes.release(surplus);
            taken -= surplus;
        }

        @Override
        public void close() {
            keep(0);
        }
    }

    /** Why there is none. */
    Refusal full() {
        return Refusal.of(
                        ErrorType.UNAVAILABLE,
                        "The bodies of other requests take all " + (all >> 10)
                                + " MB that this node has for them; it may be sent again, or the node given a larger heap")
                .with("retryAfterSeconds", 1);
    }
}
