package dev.dovetail.kernel.record;

import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.spi.Name;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * What is audited without holding up whoever did it: gathered, and written by one thread of its own, many entries in a commit.
 * While the store is away it waits, up to a bound; what comes then is counted, and the count is audited. Thread-safe.
 */
final class Afterwards implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Afterwards.class.getName());
    private static final long PAUSE_NANOS = 50_000_000;
    private static final long LONGEST_PAUSE_NANOS = 2_000_000_000;
    private static final int MOST_WAITING = 50_000;
    private static final int IN_ONE_COMMIT = 200;
    private static final long LAST_WORDS_MS = 10_000;

    private final Writer writer;
    private final Lost lostEntry;
    private final Thread thread;
    private final LinkedBlockingQueue<Optional<Said>> queue = new LinkedBlockingQueue<>(MOST_WAITING);
    private final Map<Name, LongAdder> lost = new ConcurrentHashMap<>();
    private volatile boolean closing;

    private record Said(Name tenant, Audited what) {}

    /** Writes a tenant's entries, all or none of them. */
    interface Writer {
        void write(Name tenant, List<Audited> said) throws InterruptedException;
    }

    /** The entry that so many are missing. */
    interface Lost {
        Audited entries(long count);
    }

    Afterwards(Writer writer, Lost lostEntry, ThreadFactory threads) {
        this.writer = writer;
        this.lostEntry = lostEntry;
        this.thread = threads.newThread(this::work);
    }

    void start() {
        thread.start();
    }

    /** Returns at once. */
    void add(Name tenant, Audited what) {
        if (!queue.offer(Optional.of(new Said(tenant, what)))) {
            lost.computeIfAbsent(tenant, _ -> new LongAdder()).increment();
        }
    }

    private void work() {
        try {
            boolean last = false;
            while (!last) {
                List<Optional<Said>> some = new ArrayList<>();
                some.add(queue.take());
                if (!closing) {
                    LockSupport.parkNanos(this, PAUSE_NANOS); // so that many come into one commit
                }
                last = closing;
                queue.drainTo(some);
                write(some);
            }
        } catch (InterruptedException e) {
            LOG.log(Level.WARNING, "Up to {0} entries of the audit are not written", queue.size());
        }
    }

    private void write(List<Optional<Said>> some) throws InterruptedException {
        Map<Name, List<Audited>> byTenant = new LinkedHashMap<>();
        for (Optional<Said> each : some) {
            each.ifPresent(it -> byTenant.computeIfAbsent(it.tenant(), _ -> new ArrayList<>())
                    .add(it.what()));
        }
        for (Map.Entry<Name, LongAdder> each : lost.entrySet()) {
            long count = each.getValue().sumThenReset();
            if (count > 0) {
                byTenant.computeIfAbsent(each.getKey(), _ -> new ArrayList<>()).add(lostEntry.entries(count));
            }
        }
        for (Map.Entry<Name, List<Audited>> each : byTenant.entrySet()) {
            List<Audited> all = each.getValue();
            for (int i = 0; i < all.size(); i += IN_ONE_COMMIT) {
                stayAtIt(each.getKey(), all.subList(i, Math.min(all.size(), i + IN_ONE_COMMIT)));
            }
        }
    }

    private void stayAtIt(Name tenant, List<Audited> said) throws InterruptedException {
        long pause = PAUSE_NANOS;
        while (true) {
            try {
                writer.write(tenant, said);
                return;
            } catch (PluginFailure e) {
                LOG.log(Level.WARNING, "The audit cannot be written now and waits: {0}", e.getMessage());
                if (closing) {
                    LOG.log(Level.ERROR, "{0} entries of the audit of {1} are lost", said.size(), tenant);
                    return;
                }
                LockSupport.parkNanos(this, pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, said.size() + " entries of the audit of " + tenant + " are lost", e);
                return;
            }
        }
    }

    /** Writes what is still gathered, and stops. */
    @Override
    public void close() {
        closing = true;
        if (!thread.isAlive()) {
            return;
        }
        queue.offer(Optional.empty()); // if it is full, nobody waits for more
        LockSupport.unpark(thread);
        try {
            thread.join(LAST_WORDS_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
