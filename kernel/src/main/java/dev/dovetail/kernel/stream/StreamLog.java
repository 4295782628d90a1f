package dev.dovetail.kernel.stream;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.stream.StreamEvent.Kind;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Fault.Owner;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.host.HostReply;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The stream of one execution whose code runs here, as that code writes it. What is offered is written in that order, several
 * at a time; readers get what is durable. In memory is only what nobody has read, and of that no more than a window.
 * Thread-safe.
 */
public final class StreamLog {
    private static final long LOOK_MILLIS = 200;

    private final Streams streams;
    private final Name tenant;
    private final String id;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Pending pending;
    private final Unread unread;
    private final Writing writing;
    private boolean busy;
    private boolean over;
    private Optional<Fault> stopped = Optional.empty();

    StreamLog(Streams streams, Name tenant, String id, StreamStore.Kept kept) {
        this.streams = streams;
        this.tenant = tenant;
        this.id = id;
        this.writing = new Writing(streams, tenant, id, kept);
        this.pending = new Pending(streams.limits());
        this.unread = new Unread(streams.limits(), kept.head().last());
    }

    /** A piece that was offered; the same thread or another may wait for it. */
    public interface Piece {
        /**
         * Returns when the piece is durable and the code may go on, which is not before the reader has come near.
         *
         * @return null as JSON, or why the piece was not taken, or why nothing more is
         */
        HostReply settle() throws InterruptedException;
    }

    Name tenant() {
        return tenant;
    }

    public String id() {
        return id;
    }

    Head head() {
        lock.lock();
        try {
            return writing.head();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a piece; it comes after all that were offered before.
     *
     * @param data one JSON value
     * @param mark if the piece may be offered again by another attempt of the same code
     */
    public Piece offer(Bytes data, Optional<Mark> mark) {
        Bytes clean;
        try {
            clean = streams.clean(data);
        } catch (Schemas.Malformed e) {
            return refused(Fault.VALIDATION, "A piece is one JSON value: " + e.getMessage());
        }
        if (clean.size() > StreamLimits.LARGEST_PIECE) {
            return refused(
                    ErrorType.PAYLOAD_TOO_LARGE.id(),
                    "The piece has " + clean.size() + " bytes; at most " + StreamLimits.LARGEST_PIECE
                            + " go at once, so send it in several");
        }
        lock.lock();
        try {
            if (over) {
                return refused(Fault.UNSUPPORTED, "The stream has ended");
            }
            if (stopped.isPresent()) {
                Fault why = stopped.get();
                return () -> new HostReply.Refused(why);
            }
            Optional<String> tooMuch =
                    pending.tooMuch(clean.size(), writing.head().bytes());
            if (tooMuch.isPresent()) {
                return refused(Fault.QUOTA_EXCEEDED, tooMuch.get());
            }
            Item item = new Item(Kind.CHUNK, clean, mark);
            pending.add(item);
            return () -> settle(item);
        } finally {
            lock.unlock();
        }
    }

    private static Piece refused(String type, String message) {
        HostReply reply = new HostReply.Refused(Fault.of(type, Owner.FUNCTION, message));
        return () -> reply;
    }

    /** Says how far the code is. Nobody waits for it: of several that were not written yet, the last counts. */
    public void progress(double fraction, String message) {
        Bytes data = streams.json(streams.object().put("progress", fraction).put("message", message));
        lock.lock();
        try {
            if (!over && stopped.isEmpty() && data.size() <= StreamLimits.LARGEST_PIECE) {
                pending.addProgress(data, writing.head().bytes());
                writeSoon();
            }
        } finally {
            lock.unlock();
        }
    }

    /** What is on its way is written by somebody else, unless somebody does already, or there is no room ahead. */
    private void writeSoon() {
        if (!busy && !over && !pending.isEmpty() && unread.inWindow()) {
            streams.later(() -> {
                lock.lockInterruptibly();
                try {
                    writeAll();
                } finally {
                    lock.unlock();
                }
            });
        }
    }

    private HostReply settle(Item item) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            writeUntil(item);
            long began = System.nanoTime();
            while (item.number > unread.readTo() && !unread.inWindow()) {
                if (stopped.isPresent()) {
                    return new HostReply.Refused(stopped.get());
                }
                long since = Math.max(began, unread.readAt());
                long left = streams.limits().patience().toNanos() - (System.nanoTime() - since);
                if (left <= 0) {
                    stopped = Optional.of(nobodyReads());
                    changed.signalAll();
                } else if (!changed.await(
                        Math.min(left, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)), TimeUnit.NANOSECONDS)) {
                    lookElsewhere();
                }
            }
            return new HostReply.Value(Schemas.NULL);
        } finally {
            lock.unlock();
        }
    }

    private Fault nobodyReads() {
        return Fault.of(
                Fault.CANCELED,
                Owner.CALLER,
                "The reader of the stream has read nothing for "
                        + streams.limits().patience().toSeconds()
                        + " s (streams.reader-patience) after event " + unread.readTo() + " of "
                        + writing.head().last() + ", so the call was stopped");
    }

    /** Readers may be on other nodes. */
    private void lookElsewhere() throws InterruptedException {
        lock.unlock();
        long there;
        try {
            there = streams.readElsewhere(tenant, id);
        } finally {
            lock.lock();
        }
        read(there);
    }

    private void writeUntil(Item item) throws InterruptedException {
        while (!item.written) {
            if (busy) {
                changed.await();
            } else {
                write(Optional.empty());
            }
        }
    }

    private void writeAll() throws InterruptedException {
        while (busy || !pending.isEmpty()) {
            if (busy) {
                changed.await();
            } else {
                write(Optional.empty());
            }
        }
    }

    /** Writes some of what is pending, with the lock given up meanwhile. */
    private void write(Optional<Item> last) throws InterruptedException {
        busy = true;
        try {
            List<Item> some = pending.take();
            List<StreamEvent> events;
            lock.unlock();
            try {
                events = writing.write(some, last);
            } finally {
                lock.lock();
            }
            pending.tidy();
            if (writing.lostTrack()) {
                unread.forget();
            }
            unread.add(events);
        } finally {
            busy = false;
            changed.signalAll();
            writeSoon();
        }
        streams.wake(id);
    }

    /** Writes all that was offered; for when the code has left, and nobody waits for it any more. */
    public void flush() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            writeAll();
        } finally {
            lock.unlock();
        }
    }

    /** Writes the last event, after all that was offered, and that the stream has ended. */
    public void end(Kind kind, Bytes data) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            writeAll();
            Item last = new Item(kind, streams.clean(data), Optional.empty());
            while (!last.written) {
                write(Optional.of(last));
            }
            over = true;
        } finally {
            lock.unlock();
        }
        streams.release(this);
    }

    /** The next events after this one, if they are in memory; empty if they are in the store. */
    Optional<List<StreamEvent>> recent(long position) {
        lock.lock();
        try {
            return position >= writing.head().last() ? Optional.of(List.of()) : unread.after(position);
        } finally {
            lock.unlock();
        }
    }

    /** Somebody has read so far. */
    void read(long position) {
        lock.lock();
        try {
            if (unread.read(position)) {
                changed.signalAll();
                writeSoon();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Why code is told to leave, if nobody reads what it sends. */
    public Optional<Fault> stopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }
}
