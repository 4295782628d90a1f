package dev.dovetail.kernel.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The bodies that are arriving. One that falls silent is given up: its client is told, and its reader interrupted, which closes
 * the connection: the web server's sockets know no time limit for a read. Thread-safe.
 */
final class Arrivals implements AutoCloseable {
    private static final long LOOK_MILLIS = 500;

    private final Duration patience;
    private final ThreadFactory threads;
    private final Set<Arrival> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @param threads makes those that tell who is late */
    Arrivals(Duration patience, ThreadFactory threads) {
        this.patience = patience;
        this.threads = threads;
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

    /**
     * The calling thread begins to read a body; closed by the same thread when it is there, or will not come.
     *
     * @param late tells the client, on a thread of its own, while the reader waits
     */
    Arrival begin(Runnable late) {
        Arrival arrival = new Arrival(System.nanoTime() + patience.toNanos(), late);
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
        private final Runnable late;
        private boolean givenUp;
        private boolean over;

        private Arrival(long until, Runnable late) {
            this.until = until;
            this.late = late;
        }

        /** Whether its time is up. */
        boolean late() {
            return System.nanoTime() - until > 0;
        }

        private void lookedAt(long now) {
            if (now - until > 0 && underWay.remove(this)) {
                threads.newThread(this::giveUp).start(); // a client that does not send may not read either
            }
        }

        private synchronized void giveUp() {
            if (!over) {
                givenUp = true;
                try {
                    late.run();
                } finally {
                    reader.interrupt();
                }
            }
        }

        /** Whether its client was told that it came too late; nobody else answers then. */
        synchronized boolean givenUp() {
            return givenUp;
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
