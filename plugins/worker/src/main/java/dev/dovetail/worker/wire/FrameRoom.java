package dev.dovetail.worker.wire;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * What large frames of all workers of an executor may take of the heap together, from before they are read until the
 * kernel has what is in them. A worker whose frame finds no room is not read on until there is, so that many large answers
 * at once do not fill the heap, which would end the process. Whoever comes first is first; small frames never wait.
 * Thread-safe.
 */
public final class FrameRoom {
    /** Up to here a frame costs about what its call does, and is not counted. */
    public static final int SMALL = 64 << 10;

    private static final long KERNELS = 64L << 20;
    private static final long LEAST = 12L << 20;
    private static final int SHARE = 8;
    /** As it came, and once more while it is looked at. */
    private static final int HELD = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final long all;
    private final long patienceNanos;
    private final Deque<Place> line = new ArrayDeque<>();
    private long taken;

    /** @param bytes in all */
    public FrameRoom(long bytes) {
        this(bytes, PATIENCE);
    }

    /** @param patience how long a frame may take from when it has room until all of it has come */
    FrameRoom(long bytes, Duration patience) {
        this.all = bytes;
        this.patienceNanos = patience.toNanos();
    }

    /** A share of what is above the kernel's own. */
    public static FrameRoom of(long heap) {
        return new FrameRoom(Math.max(LEAST, (heap - KERNELS) / SHARE));
    }

    /**
     * Asks for room; one that needs more than there is has it all to itself.
     *
     * @param then run when there is room, by whoever gave it back, if there was none at once; it does not wait for anything
     */
    Place place(int bytes, Runnable then) {
        if (bytes <= SMALL) {
            return new Place(0, then); // without a look at the line, where it would stand behind large ones
        }
        Place place = new Place(Math.min(all, (long) bytes * HELD), then);
        synchronized (this) {
            if (line.isEmpty() && taken + place.bytes <= all) {
                place.take();
            } else {
                line.add(place);
            }
        }
        return place;
    }

    /** What one frame takes. Thread-safe. */
    public final class Place implements AutoCloseable {
        private final long bytes;
        private final Runnable then;
        private long since;
        private boolean held;
        private boolean closed;

        private Place(long bytes, Runnable then) {
            this.bytes = bytes;
            this.then = then;
        }

        private void take() {
            taken += bytes;
            held = true;
            since = System.nanoTime();
        }

        /** Whether there is room, so that the frame may be read. */
        boolean held() {
            if (bytes == 0) {
                return true;
            }
            synchronized (FrameRoom.this) {
                return held;
            }
        }

        /** Whether others may have been kept waiting for so long. */
        boolean heldTooLong() {
            synchronized (FrameRoom.this) {
                return bytes > 0 && held && System.nanoTime() - since > patienceNanos;
            }
        }

        /** Gives it back, or waits no longer. Closing twice does nothing. */
        @Override
        public void close() {
            if (bytes == 0) {
                return; // most frames, by far
            }
            Deque<Place> next = new ArrayDeque<>();
            synchronized (FrameRoom.this) {
                if (closed) {
                    return;
                }
                closed = true;
                if (held) {
                    taken -= bytes;
                } else {
                    line.remove(this);
                }
                Iterator<Place> waiting = line.iterator();
                while (waiting.hasNext()) {
                    Place first = waiting.next();
                    if (taken + first.bytes > all) {
                        break;
                    }
                    waiting.remove();
                    first.take();
                    next.add(first);
                }
            }
            next.forEach(each -> each.then.run());
        }
    }
}
