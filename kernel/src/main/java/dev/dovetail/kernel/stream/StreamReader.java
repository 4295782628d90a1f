package dev.dovetail.kernel.stream;

import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Expectation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Reads one stream for one client. What was sent on is told with {@link #sent}: the furthest reader sets the pace of the code, and
 * those behind it read from the store. Used by one thread, but for {@link #wake}.
 */
public final class StreamReader implements AutoCloseable {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long TELL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Streams streams;
    private final Name tenant;
    private final String id;
    private final Thread thread = Thread.currentThread();
    private final Semaphore news = new Semaphore(0);
    private long position;
    private long told;
    private long toldAt;
    private Optional<Long> sendingSince = Optional.empty();
    private boolean givenUp;

    StreamReader(Streams streams, Name tenant, String id, long position) {
        this.streams = streams;
        this.tenant = tenant;
        this.id = id;
        this.position = position;
        this.told = position;
        streams.live(id).ifPresent(log -> log.read(position));
    }

    String id() {
        return id;
    }

    /** The number of the last event that was sent on. */
    public long position() {
        return position;
    }

    /** Whether the system stops, so that nothing more is read here. */
    public boolean closed() {
        return streams.closed();
    }

    /** There may be something new. */
    void wake() {
        news.release();
    }

    /**
     * The next few events, in order, after the last one that was sent on; none if none came within this time, or something else
     * may have changed.
     */
    public List<StreamEvent> next(Duration within) throws InterruptedException {
        long until = System.nanoTime() + within.toNanos();
        while (true) {
            news.drainPermits();
            Optional<StreamLog> log = streams.live(id);
            Optional<List<StreamEvent>> recent = log.flatMap(it -> it.recent(position));
            List<StreamEvent> events =
                    recent.isPresent() ? recent.get() : streams.store().after(tenant, id, position);
            long left = until - System.nanoTime();
            if (!events.isEmpty() || left <= 0 || streams.closed()) {
                return events;
            }
            boolean woken = news.tryAcquire(log.isPresent() ? left : Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS);
            if (woken && streams.live(id).isEmpty()) {
                return streams.store().after(tenant, id, position);
            }
            if (log.isEmpty()) {
                tell();
            }
        }
    }

    /** From now on until {@link #sent} the client is being written to. */
    public synchronized void sending() {
        sendingSince = Optional.of(System.nanoTime());
    }

    /** The client has taken what was sent, up to this event. */
    public void sent(long number) throws InterruptedException {
        synchronized (this) {
            sendingSince = Optional.empty();
        }
        position = Math.max(position, number);
        Optional<StreamLog> log = streams.live(id);
        log.ifPresent(it -> it.read(position));
        if (log.isEmpty()) {
            tell();
        }
    }

    /** The code may run on another node, and waits to hear how far this reader is. */
    private void tell() throws InterruptedException {
        if (position == told || System.nanoTime() - toldAt < TELL_NANOS) {
            return;
        }
        try {
            // only while the stream is there: nothing is left behind by one who reads on after it was forgotten
            Optional<StreamStore.Kept> kept = streams.store().head(tenant, id);
            if (kept.isPresent() && kept.get().head().ended().isEmpty()) {
                Bytes text = Bytes.utf8(Long.toString(position));
                streams.store()
                        .commit(
                                CommitId.fresh(),
                                List.of(new Change.Put(StreamKeys.read(tenant, id), text, Expectation.anything())),
                                0);
            }
            told = position;
            toldAt = System.nanoTime();
        } catch (PluginFailure e) {
            toldAt = System.nanoTime(); // told later
        }
    }

    /** A client that takes nothing for so long is given up: its thread is interrupted, which ends its connection. */
    synchronized void watch(Duration patience) {
        if (!givenUp && sendingSince.isPresent() && System.nanoTime() - sendingSince.get() > patience.toNanos()) {
            givenUp = true;
            thread.interrupt();
        }
    }

    @Override
    public void close() {
        streams.gone(this);
        synchronized (this) {
            sendingSince = Optional.empty();
            if (givenUp) {
                Thread.interrupted(); // it was for this client, whether or not it came in time
            }
        }
    }
}
