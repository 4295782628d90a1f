package dev.dovetail.kernel.stream;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The pieces that clients send to streamed calls. Each has a number, and is kept until the code has taken it; so many may wait, and
 * no more. Code asks for them by number. Thread-safe.
 */
public final class Inputs {
    private static final long LOOK_MILLIS = 250;
    private static final int TAKEN_AT_ONCE = 16;
    private static final int TRIES = 20;

    private final Streams streams;
    private final Map<String, Semaphore> waiting = new ConcurrentHashMap<>();

    Inputs(Streams streams) {
        this.streams = streams;
    }

    /** What is known of an input: how many pieces came, how many the code has taken, and whether that is all. */
    private record State(long last, long taken, boolean closed) {}

    /**
     * Puts a piece where it is kept, together with these changes, or not at all.
     *
     * @see #add
     */
    public interface Keeping {
        /** @return whether it was kept; false if somebody else has taken the number */
        boolean keep(long number, List<Change> changes) throws InterruptedException;
    }

    /**
     * Takes a piece, or the end, of an accepted execution's input; the piece itself is kept by whoever carries that.
     *
     * @param unread how many pieces the code has not taken
     * @throws Refusal INVALID_STATE if the input has ended, QUOTA_EXCEEDED if too many pieces wait
     */
    public long add(Name tenant, String id, boolean end, int unread, Keeping keeping) throws InterruptedException {
        for (int i = 0; i < TRIES; i++) {
            Optional<Entry> there = streams.store().find(StreamKeys.input(tenant, id));
            State state = checked(there, end, unread);
            State next = new State(state.last + 1, state.taken, end);
            if (keeping.keep(next.last, List.of(put(tenant, id, there, next)))) {
                return next.last;
            }
        }
        throw Refusal.of(ErrorType.UNAVAILABLE, "Many send pieces at once").with("retryAfterSeconds", 1);
    }

    /**
     * The same of a call that lives with its process.
     *
     * @param piece empty for the end
     */
    public long add(Name tenant, String id, Optional<Bytes> piece) throws InterruptedException {
        Bytes kept = piece.map(this::wrapped).orElse(Schemas.NULL);
        for (int i = 0; i < TRIES; i++) {
            Optional<Entry> there = streams.store().find(StreamKeys.input(tenant, id));
            State before = state(there);
            State state = checked(there, piece.isEmpty(), (int) (before.last - before.taken));
            State next = new State(state.last + 1, state.taken, piece.isEmpty());
            Committed made = streams.store()
                    .commit(
                            CommitId.fresh(),
                            List.of(
                                    put(tenant, id, there, next),
                                    new Change.Put(
                                            StreamKeys.piece(tenant, id, next.last), kept, Expectation.anything())));
            if (made instanceof Committed.Done) {
                Optional.ofNullable(waiting.get(id)).ifPresent(Semaphore::release);
                return next.last;
            }
        }
        throw Refusal.of(ErrorType.UNAVAILABLE, "Many send pieces at once").with("retryAfterSeconds", 1);
    }

    /** A piece as code is given it: told from the end, whatever it is. */
    public Bytes wrapped(Bytes piece) {
        ObjectNode json = streams.object();
        json.set("data", streams.schemas().parse(piece));
        return streams.json(json);
    }

    private State checked(Optional<Entry> there, boolean end, int unread) {
        State state = state(there);
        if (state.closed) {
            throw Refusal.of(ErrorType.INVALID_STATE, "The input has ended: endOfStream was sent before");
        }
        if (!end && unread >= StreamLimits.MOST_WAITING) {
            throw Refusal.of(
                            ErrorType.QUOTA_EXCEEDED,
                            "The function does not keep up: " + unread + " pieces of its input wait, which is the most")
                    .with("retryAfterSeconds", 1);
        }
        return state;
    }

    private State state(Optional<Entry> there) {
        if (there.isEmpty()) {
            return new State(0, 0, false);
        }
        JsonNode json = streams.schemas().parse(there.get().value());
        return new State(
                json.get("last").longValue(),
                json.get("taken").longValue(),
                json.get("closed").booleanValue());
    }

    private Change put(Name tenant, String id, Optional<Entry> there, State next) {
        ObjectNode json =
                streams.object().put("last", next.last).put("taken", next.taken).put("closed", next.closed);
        return new Change.Put(
                StreamKeys.input(tenant, id),
                streams.json(json),
                there.map(entry -> Expectation.version(entry.version())).orElse(Expectation.absent()));
    }

    /** Waits for the piece of this number: {@code {"data": piece}}, or null if the input has ended before it. */
    public HostReply take(Name tenant, String id, long number) throws InterruptedException {
        Semaphore news = waiting.computeIfAbsent(id, any -> new Semaphore(0));
        try {
            while (true) {
                news.drainPermits();
                Optional<Entry> piece = streams.store().find(StreamKeys.piece(tenant, id, number));
                if (piece.isPresent()) {
                    taken(tenant, id, number);
                    return new HostReply.Value(piece.get().value());
                }
                State state = state(streams.store().find(StreamKeys.input(tenant, id)));
                if (state.closed && number > state.last) {
                    return new HostReply.Value(Schemas.NULL);
                }
                news.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
        } finally {
            waiting.remove(id, news);
        }
    }

    /** Makes room, for several pieces at once. */
    private void taken(Name tenant, String id, long number) throws InterruptedException {
        if (number % TAKEN_AT_ONCE != 0) {
            return;
        }
        List<Change> changes = new ArrayList<>();
        for (long each = number - TAKEN_AT_ONCE + 1; each < number; each++) {
            changes.add(new Change.Delete(StreamKeys.piece(tenant, id, each), Expectation.anything()));
        }
        for (int i = 0; i < TRIES; i++) {
            Optional<Entry> there = streams.store().find(StreamKeys.input(tenant, id));
            State state = state(there);
            List<Change> all = new ArrayList<>(changes);
            all.add(put(tenant, id, there, new State(state.last, Math.max(state.taken, number), state.closed)));
            if (streams.store().commit(CommitId.fresh(), all) instanceof Committed.Done) {
                return;
            }
        }
    }
}
