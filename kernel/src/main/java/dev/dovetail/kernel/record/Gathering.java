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
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private static final int LARGEST = 900_000;
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuuMMdd").withZone(ZoneOffset.UTC);

    private final Slot<StateStore> state;
    private final String node;
    private final Thread writer;
    private final ConcurrentLinkedQueue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private volatile List<Waiting> underway = List.of();
    private volatile boolean closing;
    private int sequence;

    /** A record, and whoever waits for it to be durable. */
    private record Waiting(Execution execution, CountDownLatch durable) {}

    private static final CountDownLatch NOBODY = new CountDownLatch(0);

    Gathering(Slot<StateStore> state, ThreadFactory threads, String node) {
        this.state = state;
        this.node = node;
        this.writer = threads.newThread(this::write);
    }

    void start() {
        writer.start();
    }

    void add(Execution execution) {
        add(new Waiting(execution, NOBODY));
        if (waiting.get() == MANY) {
            LockSupport.unpark(writer);
        }
    }

    void addDurably(Execution execution) throws InterruptedException {
        Waiting it = new Waiting(execution, new CountDownLatch(1));
        add(it);
        LockSupport.unpark(writer);
        it.durable.await();
    }

    private void add(Waiting it) {
        if (waiting.incrementAndGet() > MOST_WAITING && it.durable == NOBODY) {
            waiting.decrementAndGet();
            dropped.incrementAndGet();
            return;
        }
        queue.add(it);
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
                while (turn()) {
                    if (Thread.interrupted()) {
                        return;
                    }
                }
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
        Map<Name, List<Execution>> byTenant = new HashMap<>();
        for (Waiting it : batch) {
            byTenant.computeIfAbsent(it.execution.tenant(), any -> new ArrayList<>())
                    .add(it.execution);
        }
        List<Change> changes = new ArrayList<>();
        byTenant.forEach((tenant, records) -> changes.addAll(changes(tenant, records)));
        commit(changes);
        written(batch);
        return true;
    }

    private void written(List<Waiting> batch) {
        underway = List.of();
        waiting.addAndGet(-batch.size());
        batch.forEach(it -> it.durable.countDown());
    }

    /** Stays at it until the store has taken the changes: the same commit id makes asking again harmless. */
    private void commit(List<Change> changes) throws InterruptedException {
        for (List<Change> group : inGroups(changes)) {
            CommitId id = CommitId.fresh();
            long pause = PAUSE_NANOS;
            while (true) {
                try {
                    state.use(store -> store.commit(id, group));
                    break;
                } catch (PluginFailure e) {
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

    private static List<List<Change>> inGroups(List<Change> changes) {
        List<List<Change>> groups = new ArrayList<>();
        for (int i = 0; i < changes.size(); i += 16) {
            groups.add(changes.subList(i, Math.min(changes.size(), i + 16)));
        }
        return groups;
    }

    private List<Change> changes(Name tenant, List<Execution> records) {
        List<Execution> kept = new ArrayList<>(Math.min(records.size(), MOST_SUCCESSES));
        List<Change> changes = new ArrayList<>();
        int successes = 0;
        int every = Math.max(1, (records.size() + MOST_SUCCESSES - 1) / MOST_SUCCESSES);
        for (Execution each : records) {
            if (each.finishedAt().isAfter(each.createdAt().plus(Records.LONG))) {
                changes.add(put(segmentKey(tenant, each.createdAt()), Segment.pack(List.of(each), 1)));
            } else if (each.error().isPresent()
                    || successes++ % every == 0
                    || !each.logs().isEmpty()) {
                kept.add(each);
            }
        }
        long away = records.size() - changes.size() - kept.size();
        dropped.addAndGet(away);
        for (List<Execution> part : inParts(kept)) {
            changes.add(put(segmentKey(tenant, latest(part)), Segment.pack(part, part.size() + away)));
            away = 0;
        }
        return changes;
    }

    private static Instant latest(List<Execution> part) {
        return part.stream()
                .map(Execution::finishedAt)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static Change put(Key key, Bytes value) {
        return new Change.Put(key, value, Expectation.absent());
    }

    /** Parts that stay below what a value may have, and whose records ended within a short while of each other. */
    private static List<List<Execution>> inParts(List<Execution> records) {
        List<List<Execution>> parts = new ArrayList<>();
        List<Execution> part = new ArrayList<>();
        long size = 0;
        Instant first = Instant.MIN;
        for (Execution each : records) {
            long its = 400
                    + each.output().map(Bytes::size).orElse(0)
                    + each.logs().stream()
                            .mapToLong(line -> 3L * line.message().length()
                                    + 3L * line.fields().length()
                                    + 32)
                            .sum()
                    + each.error()
                            .map(fault -> 3L * fault.message().length()
                                    + fault.details().size())
                            .orElse(0L);
            boolean full = size + its > LARGEST || part.size() == MANY || apart(first, each.finishedAt());
            if (!part.isEmpty() && full) {
                parts.add(part);
                part = new ArrayList<>();
                size = 0;
            }
            first = part.isEmpty() ? each.finishedAt() : first;
            part.add(each);
            size += its;
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        return parts;
    }

    private static boolean apart(Instant one, Instant other) {
        return one.isBefore(other.minus(Records.SPAN)) || one.isAfter(other.plus(Records.SPAN));
    }

    /**
     * Segments lie by a time before which all of their records began: when the last of them ended, or when it began for a call
     * that took long. So what is looked for by when it began is found in a short stretch of keys.
     */
    private Key segmentKey(Name tenant, Instant at) {
        return Key.history(segmentsOf(tenant, at) + String.format("%012x", at.toEpochMilli()) + "-" + node + "-"
                + Integer.toHexString(sequence++));
    }

    static String day(Instant at) {
        return DAY.format(at);
    }

    static String segmentsOf(Name tenant, Instant day) {
        return day(day) + "/t/" + tenant + "/x/";
    }
}
