package dev.dovetail.kernel.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The bodies that are arriving. One that falls silent is given up by interrupting its reader, which closes the connection:
 * the web server's sockets know no time limit for a read. Thread-safe.
 */
final class Arrivals implements AutoCloseable {
    private static final long LOOK_MILLIS = 500;

    private final Duration patience;
    private final Set<Arrival> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Arrivals(Duration patience) {
        this.patience = patience;
    }

    /** How long a body may take. */
    Duration patience() {
        return patience;
    }

    /** Begins to look after those who read. */
    void start() {
        // on the JDK's own timer: looking takes microseconds, and there is no thread for it elsewhere in the house
        CompletableFuture.delayedExecutor(LOOK_MILLIS, TimeUnit.MILLISECONDS, Runnable::run)
                .execute(this::look);
    }

    private void look() {
        if (!closed) {
            long now = System.nanoTime();
            underWay.forEach(each -> each.lookedAt(now));
            start();
        }
    }

    /** The calling thread begins to read a body; closed by the same thread when it is there, or will not come. */
    Arrival begin() {
        Arrival arrival = new Arrival(System.nanoTime() + patience.toNanos());
        underWay.add(arrival);
        return arrival;
    }

    @Override
    public void close() {
        closed = true;
    }

    /** One body that is read. */
    final class Arrival implements AutoCloseable {
        private final Thread reader = Thread.currentThread();
        private final long until;
        private boolean givenUp;
        private boolean over;

        private Arrival(long until) {
            this.until = until;
        }

        /** Whether its time is up. */
        boolean late() {
            return System.nanoTime() - until > 0;
        }

        private synchronized void lookedAt(long now) {
            if (now - until > 0 && !over && !givenUp) {
                givenUp = true;
                reader.interrupt();
            }
        }

        @Override
        public synchronized void close() {
            over = true;
            underWay.remove(this);
            if (givenUp) {
                Thread.interrupted(); // it was for this read, whether or not it came in time
            }
        }
    }
}
