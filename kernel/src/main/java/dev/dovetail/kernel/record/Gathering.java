package dev.dovetail.kernel.record;

import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.StateStore;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Gathers records and writes them in segments, by one thread of its own. */
final class Gathering {
    private static final System.Logger LOG = System.getLogger(Gathering.class.getName());
    private static final long PAUSE_NANOS = 50_000_000;
    private static final int MANY = 1000;
    /** Successes of a tenant that are kept of one turn of the writer. */
    private static final int MOST_SUCCESSES = 2000;
    /** Gathered while the store is away; older ones are then let go, counted. */
    private static final int MOST_WAITING = 200_000;

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuuMMdd").withZone(ZoneOffset.UTC);

    private final Slot<StateStore> state;
    private final String node;
    private final Thread writer;
    private final ConcurrentLinkedQueue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private volatile List<Waiting> underway = List.of();
    private volatile Optional<String> trouble = Optional.empty();
    private volatile boolean closing;
    private int sequence;

    /** A record, whoever waits for it to be durable, and what is changed with it. */
    private record Waiting(Execution execution, CountDownLatch durable, Optional<Records.Also> also) {
        /** Whether somebody was told, or will be, that it is there: those are not among the ones that a crowd leaves out. */
        boolean isPromised() {
            return durable != NOBODY || also.isPresent();
        }

        void settled() {
            durable.countDown();
            also.map(Records.Also::then).ifPresent(Runnable::run);
        }
    }

    private static final CountDownLatch NOBODY = new CountDownLatch(0);

    Gathering(Slot<StateStore> state, ThreadFactory threads, String node) {
        this.state = state;
        this.node = node;
        this.writer = threads.newThread(this::write);
    }

    void start() {
        writer.start();
    }

    void add(Execution execution, Optional<Records.Also> also) {
        add(new Waiting(execution, NOBODY, also));
        if (waiting.get() == MANY) {
            LockSupport.unpark(writer);
        }
    }

    void addDurably(Execution execution) throws InterruptedException {
        Waiting it = new Waiting(execution, new CountDownLatch(1), Optional.empty());
        add(it);
        LockSupport.unpark(writer);
        it.durable.await();
    }

    private void add(Waiting it) {
        if (waiting.incrementAndGet() > MOST_WAITING && it.durable == NOBODY) {
            waiting.decrementAndGet();
            dropped.incrementAndGet();
            it.settled();
            return;
        }
        queue.add(it);
    }

    /** Why nothing can be written, in words, as long as that is so. */
    Optional<String> trouble() {
        return trouble;
    }

    long sampledAway() {
        return dropped.get();
    }

    /** What is not in the store yet, each once. */
    List<Execution> notYetWritten(Name tenant) {
        Map<String, Execution> found = new LinkedHashMap<>();
        // in the order in which records move on, so that none slips by
        for (Waiting it : queue) {
            add(it, tenant, found);
        }
        for (Waiting it : underway) {
            add(it, tenant, found);
        }
        return List.copyOf(found.values());
    }

    private static void add(Waiting it, Name tenant, Map<String, Execution> to) {
        if (it.execution.tenant().equals(tenant)) {
            to.put(it.execution.id(), it.execution);
        }
    }

    void close() {
        closing = true;
        LockSupport.unpark(writer);
        try {
            writer.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        while (true) {
            boolean last = closing;
            if (!last && waiting.get() < MANY) {
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
            try {
                // what came meanwhile waits for its turn with what comes yet, or each would be as small as its commit
                // is short;
                // whoever waits for one has woken this thread beforehand
                do {
                    if (Thread.interrupted()) {
                        return;
                    }
                } while (turn() && last);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "Records are lost: they could not be packed", e);
                written(underway);
            }
            if (last) {
                return;
            }
        }
    }

    /** Writes what there is; false if there was nothing. */
    private boolean turn() throws InterruptedException {
        List<Waiting> batch = new ArrayList<>();
        for (Iterator<Waiting> all = queue.iterator(); all.hasNext() && batch.size() < 10 * MANY; ) {
            batch.add(all.next());
        }
        if (batch.isEmpty()) {
            return false;
        }
        underway = batch; // before they leave the queue: a reader must find them in one of both
        batch.forEach(any -> queue.remove());
        Map<Name, List<Waiting>> byTenant = new HashMap<>();
        for (Waiting it : batch) {
            byTenant.computeIfAbsent(it.execution.tenant(), any -> new ArrayList<>())
                    .add(it);
        }
        List<Change> changes = new ArrayList<>();
        byTenant.forEach((tenant, records) -> changes.addAll(changes(tenant, records)));
        commit(inGroups(
                changes,
                batch.stream()
                        .flatMap(it -> it.also.stream().map(Records.Also::change))
                        .toList()));
        written(batch);
        return true;
    }

    private void written(List<Waiting> batch) {
        underway = List.of();
        waiting.addAndGet(-batch.size());
        batch.forEach(Waiting::settled);
    }

    /** Stays at it until the store has taken the changes: the same commit id makes asking again harmless. */
    private void commit(List<List<Change>> groups) throws InterruptedException {
        for (List<Change> group : groups) {
            CommitId id = CommitId.fresh();
            long pause = PAUSE_NANOS;
            while (true) {
                try {
                    state.use(store -> store.commit(id, group));
                    trouble = Optional.empty();
                    break;
                } catch (PluginFailure e) {
                    trouble = Optional.of(e.getMessage());
                    LOG.log(Level.WARNING, "Records cannot be written now and wait: {0}", e.getMessage());
                    if (closing) {
                        return;
                    }
                    LockSupport.parkNanos(this, pause);
                    pause = Math.min(2 * pause, 2_000_000_000L);
                }
            }
        }
    }

    /** @param also what comes with the last of the segments, which usually are few: in one commit with all of them then */
    private static List<List<Change>> inGroups(List<Change> segments, List<Change> also) {
        List<List<Change>> groups = new ArrayList<>();
        for (int i = 0; i < segments.size(); i += 16) {
            groups.add(new ArrayList<>(segments.subList(i, Math.min(segments.size(), i + 16))));
        }
        if (!also.isEmpty()) {
            if (groups.isEmpty()) {
                groups.add(new ArrayList<>());
            }
            groups.getLast().addAll(also);
        }
        return groups;
    }

    private List<Change> changes(Name tenant, List<Waiting> records) {
        List<Execution> kept = new ArrayList<>(Math.min(records.size(), MOST_SUCCESSES));
        List<Change> changes = new ArrayList<>();
        int successes = 0;
        int every = Math.max(1, (records.size() + MOST_SUCCESSES - 1) / MOST_SUCCESSES);
        for (Waiting it : records) {
            Execution each = it.execution;
            if (each.finishedAt().isAfter(each.createdAt().plus(Records.LONG))) {
                changes.add(put(segmentKey(tenant, each.createdAt()), Segment.pack(List.of(each), 1)));
            } else if (it.isPromised()
                    || each.error().isPresent()
                    || successes++ % every == 0
                    || !each.logs().isEmpty()) {
                kept.add(each);
            }
        }
        long away = records.size() - changes.size() - kept.size();
        dropped.addAndGet(away);
        for (List<Execution> part : Parts.of(kept)) {
            changes.add(put(segmentKey(tenant, Parts.latest(part)), Segment.pack(part, part.size() + away)));
            away = 0;
        }
        return changes;
    }

    private static Change put(Key key, Bytes value) {
        return new Change.Put(key, value, Expectation.absent());
    }

    /**
     * Segments lie by a time before which all of their records began: when the last of them ended, or when it began for a call
     * that took long. So what is looked for by when it began is found in a short stretch of keys.
     */
    private Key segmentKey(Name tenant, Instant at) {
        return Key.history(segmentsOf(tenant, at) + String.format(Locale.ROOT, "%012x", at.toEpochMilli()) + "-" + node
                + "-" + Integer.toHexString(sequence++));
    }

    static String day(Instant at) {
        return DAY.format(at);
    }

    static String segmentsOf(Name tenant, Instant day) {
        return day(day) + "/t/" + tenant + "/x/";
    }
}
