package dev.dovetail.kernel.record;

import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Remembers executions. A record is durable within 100 ms of {@link #add}, or before {@link #addDurably} returns; it is
 * found from then on by this node, and once durable by all. Thread-safe.
 */
public final class Records implements AutoCloseable {
    /** A call that took longer is kept by itself, so that a segment's records all began shortly before it was written. */
    static final Duration LONG = Duration.ofSeconds(10);

    /** How far apart the ends of a segment's records may lie. */
    static final Duration SPAN = Duration.ofSeconds(30);

    private static final int LONGEST_MESSAGE = 4096;
    private static final int LARGEST_DETAILS = 16 * 1024;
    private static final int LONGEST_NAME = 512;

    private final Slot<StateStore> state;
    private final InstantSource calendar;
    private final Archive archive;
    private final BooleanSupplier archives;

    private final Gathering gathering;
    private final Searching searching;
    private final Listeners listeners = new Listeners();

    public Records(Slot<StateStore> state, ThreadFactory threads, InstantSource clock, String node) {
        this(state, threads, clock, clock, node);
    }

    /** @param calendar by which what is old is let go */
    public Records(
            Slot<StateStore> state, ThreadFactory threads, InstantSource clock, InstantSource calendar, String node) {
        this(state, threads, clock, calendar, node, Archive.none(new Schemas()), () -> true);
    }

    /**
     * @param archive has what is old before it is let go
     * @param archives whether this node is the one that puts it there
     */
    public Records(
            Slot<StateStore> state,
            ThreadFactory threads,
            InstantSource clock,
            InstantSource calendar,
            String node,
            Archive archive,
            BooleanSupplier archives) {
        this.archive = archive;
        this.archives = archives;
        this.state = state;
        this.calendar = calendar;
        this.gathering = new Gathering(state, threads, node);
        this.searching = new Searching(state, gathering, clock);
    }

    /** Begins to write; called once, when the store is there. */
    public void start() {
        gathering.start();
    }

    /**
     * What is to be changed together with the writing of a record.
     *
     * @param then is run when that has been tried: the change was made, or will not be
     */
    public record Also(Change change, Runnable then) {}

    public void add(Execution execution) {
        add(execution, Optional.empty());
    }

    /** The same, with a change that is made in the commit that makes the record durable, or later, but not before. */
    public void add(Execution execution, Also also) {
        add(execution, Optional.of(also));
    }

    private void add(Execution execution, Optional<Also> also) {
        Execution kept = bounded(execution);
        gathering.add(kept, also);
        listeners.finished(kept);
    }

    /** Why records wait to be written, in words: the store takes nothing, though it may still be read. */
    public Optional<String> trouble() {
        return gathering.trouble();
    }

    /** Returns once the record is durable. */
    public void addDurably(Execution execution) throws InterruptedException {
        Execution kept = bounded(execution);
        gathering.addDurably(kept);
        listeners.finished(kept);
    }

    /** What a function says of its failure has no bounds of its own, and a value in the store has. */
    public static Execution bounded(Execution execution) {
        if (execution.error().isEmpty()) {
            return execution;
        }
        Fault fault = execution.error().get();
        Place place = fault.place().orElse(Place.UNKNOWN);
        boolean small = fault.message().length() <= LONGEST_MESSAGE
                && fault.details().size() <= LARGEST_DETAILS
                && fault.id().length() <= LONGEST_NAME
                && place.file().length() <= LONGEST_NAME;
        if (small) {
            return execution;
        }
        return execution.failedBy(new Fault(
                fault.id().length() <= LONGEST_NAME ? fault.id() : Fault.CODE,
                fault.owner(),
                shortened(fault.message(), LONGEST_MESSAGE),
                fault.details().size() <= LARGEST_DETAILS ? fault.details() : Bytes.utf8("{}"),
                fault.place().map(it -> new Place(shortened(it.file(), LONGEST_NAME), it.line(), it.column()))));
    }

    private static String shortened(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest) + "...";
    }

    /**
     * Forgets what is older than so many days, in whole days (UTC); durable when it returns. What is to be archived, and cannot be,
     * is kept.
     */
    public void keepOnly(int days) throws InterruptedException {
        Instant first = calendar.instant().minus(Duration.ofDays(days));
        if (archive.isWanted()) {
            if (archives.getAsBoolean()) {
                new Archiving(state, archive).history(Gathering.day(first));
            }
            return;
        }
        // a history's keys begin with its day, whosever it is
        Range older = new Range(Key.Space.HISTORY, "", Gathering.day(first), false);
        state.use(store -> {
            store.drop(older);
            return true;
        });
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

    /** When what is looked for began, both included; what is younger is passed over without being read. */
    public record Between(Instant since, Instant until) {
        public static Between since(Instant since) {
            return new Between(since, Instant.MAX);
        }

        boolean has(Instant at) {
            return !at.isBefore(since) && !at.isAfter(until);
        }
    }

    /**
     * @param function whose executions, or all of the tenant's
     * @param cursor as {@link Found#next} told, or empty text for the newest
     */
    public Found list(
            Name tenant, Optional<Name> function, Predicate<Execution> fits, Between began, String cursor, int limit)
            throws InterruptedException {
        return searching.list(tenant, function, fits, began, cursor, limit);
    }

    /** Whether this may be a cursor of one of the tenant's searches; empty text is the beginning of any. */
    public static boolean isCursor(Name tenant, String text) {
        return text.isEmpty() || Ids.isId(text) || text.matches("[0-9]{8}/t/" + tenant + "/x/[0-9a-z-]{13,100}");
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
