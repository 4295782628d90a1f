package dev.dovetail.kernel.record;

import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.StateStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Remembers executions. A record is durable within 100 ms of {@link #add}, or before {@link #addDurably} returns; it is
 * found from then on by this node, and once durable by all. Thread-safe.
 */
public final class Records implements AutoCloseable {
    /** A call that took longer is kept by itself, so that a segment's records all began shortly before it was written. */
    static final Duration LONG = Duration.ofSeconds(10);

    private final Gathering gathering;
    private final Searching searching;
    private final Listeners listeners = new Listeners();

    public Records(Slot<StateStore> state, ThreadFactory threads, InstantSource clock, String node) {
        this.gathering = new Gathering(state, threads, clock, node);
        this.searching = new Searching(state, gathering);
    }

    /** Begins to write; called once, when the store is there. */
    public void start() {
        gathering.start();
    }

    public void add(Execution execution) {
        gathering.add(execution);
        listeners.finished(execution);
    }

    /** Returns once the record is durable. */
    public void addDurably(Execution execution) throws InterruptedException {
        gathering.addDurably(execution);
        listeners.finished(execution);
    }

    public Optional<Execution> find(Name tenant, String id) throws InterruptedException {
        return Ids.isId(id) ? searching.find(tenant, id) : Optional.empty();
    }

    /**
     * Some of a search, newest first.
     *
     * @param next where to go on, if there may be more
     * @param partial whether the search looked at as much as it may without filling the page
     */
    public record Found(List<Execution> executions, Optional<String> next, boolean partial) {}

    /**
     * @param function whose executions, or all of the tenant's
     * @param cursor as {@link Found#next} told, or empty text for the newest
     */
    public Found list(
            Name tenant, Optional<Name> function, Predicate<Execution> fits, Instant since, String cursor, int limit)
            throws InterruptedException {
        return searching.list(tenant, function, fits, since, cursor, limit);
    }

    /** Shows every execution as it ends, until the answer is closed. The listener must not block. */
    public Listening listen(Consumer<Execution> listener) {
        return listeners.add(listener);
    }

    /** Somebody who is shown what ends; closing twice does nothing. */
    public interface Listening extends AutoCloseable {
        @Override
        void close();
    }

    /** How many records were sampled away because there were too many; their counts are kept. */
    public long sampledAway() {
        return gathering.sampledAway();
    }

    /** Writes what is still gathered, and stops. */
    @Override
    public void close() {
        gathering.close();
    }
}
