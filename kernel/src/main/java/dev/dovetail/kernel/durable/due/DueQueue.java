package dev.dovetail.kernel.durable.due;

import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.StateStore;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one node has to carry next, over all shards that it owns, in the order of time. The store has all of it, as keys
 * {@code c/shard/07/due/<time>/<id>}; of these at most 20,000 are held in memory, the earliest and no more than ten minutes
 * ahead, and the rest is read when there is room.
 *
 * <p>They are taken in the order of time over all shards: while something may lie in the store unread that comes before what is
 * held, nothing is taken.
 *
 * <p>It only reads: whoever commits a key says so with {@link #add}, whoever deletes one with {@link #remove} or {@link #done},
 * each <em>after</em> the commit. What is taken can be out of date, since a commit and its saying are two things; so whoever
 * takes something looks at the execution before it does it.
 *
 * <p>Started once, closed once; every method may be called by any thread.
 */
public final class DueQueue implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DueQueue.class.getName());
    private static final int MOST = 20_000;
    private static final int PAGE = 1000;
    private static final Duration AHEAD = Duration.ofMinutes(10);
    /** The clock is looked at this often at the least: it may be set. */
    private static final long GLANCE_NANOS = 1_000_000_000;

    private static final long RETRY_NANOS = 50_000_000;
    private static final long LONGEST_RETRY_NANOS = 2_000_000_000;

    private final Slot<StateStore> state;
    private final InstantSource clock;
    private final Thread reader;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition due = lock.newCondition();
    private final Condition hungry = lock.newCondition();
    private final Backlog backlog;
    /** The one of those that wait for something due who waits for a time; the others wait for it. */
    private Optional<Thread> leader = Optional.empty();

    private boolean closed;

    /** @param threads makes the thread that reads the store */
    public DueQueue(Slot<StateStore> state, ThreadFactory threads, InstantSource clock) {
        this(state, threads, clock, new Backlog(MOST, PAGE, AHEAD));
    }

    DueQueue(Slot<StateStore> state, ThreadFactory threads, InstantSource clock, Backlog backlog) {
        this.state = state;
        this.clock = clock;
        this.backlog = backlog;
        this.reader = threads.newThread(this::read);
    }

    /** Where an execution's due time lies; the value there is its tenant's name. */
    public static Key key(int shard, Instant at, String id) {
        return Key.state(Due.prefix(shard) + Due.place(at, id));
    }

    public void start() {
        reader.start();
    }

    /** This node owns the shard from now on: what is in it is read in the background, the earliest first. */
    public void opened(Fence fence) {
        lock.lock();
        try {
            backlog.open(fence.shard());
            hungry.signal();
        } finally {
            lock.unlock();
        }
    }

    /** This node does not own the shard any more: nothing of it is taken from now on. What was taken is still to be {@link #done}. */
    public void closed(int shard) {
        lock.lock();
        try {
            backlog.close(shard);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Something is due that was just written to the store, in place of whatever time the same execution had. While the
     * execution is under way it waits until that is {@link #done}. Nothing happens if its shard is not open.
     */
    public void add(Due added) {
        change(() -> backlog.add(added));
    }

    /** The execution is not due any more: its key was deleted. What is under way goes on. */
    public void remove(String id) {
        change(() -> backlog.remove(id));
    }

    /**
     * Whoever took this execution has done with it, and deleted its key or, at the execution's end, left it until that is listed. It
     * is due again only if it was added again since it was taken, which whoever could not carry it on must do; or if a key that was
     * left is read, which says no more than that somebody is to look.
     */
    public void done(String id) {
        change(() -> backlog.done(id));
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            Optional<Instant> before = backlog.next();
            change.run();
            wakeIfSooner(before);
        } finally {
            lock.unlock();
        }
    }

    private void wakeIfSooner(Optional<Instant> before) {
        backlog.next()
                .filter(now -> before.isEmpty() || now.isBefore(before.get()))
                .ifPresent(sooner -> {
                    leader = Optional.empty();
                    due.signal();
                });
    }

    /**
     * Waits until something is due and takes the earliest: nobody else gets the same execution before {@link #done} is said
     * of it.
     *
     * @return empty when the queue is closed
     */
    public Optional<Due> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                Instant now = clock.instant();
                Optional<Due> taken = backlog.poll(now);
                if (taken.isPresent()) {
                    if (backlog.needsMore(taken.get().shard(), now)) {
                        hungry.signal();
                    }
                    return taken;
                }
                if (backlog.waitsForReading()) {
                    hungry.signal();
                }
                await(now);
            }
            return Optional.empty();
        } finally {
            if (leader.isEmpty()) {
                due.signal();
            }
            lock.unlock();
        }
    }

    private void await(Instant now) throws InterruptedException {
        if (leader.isPresent()) {
            due.await();
            return;
        }
        Thread self = Thread.currentThread();
        leader = Optional.of(self);
        try {
            long left = backlog.next()
                    .map(next -> Duration.between(now, next))
                    .filter(wait -> wait.compareTo(Duration.ofNanos(GLANCE_NANOS)) < 0)
                    .map(Duration::toNanos)
                    .orElse(GLANCE_NANOS);
            due.awaitNanos(left);
        } finally {
            if (leader.filter(it -> it == self).isPresent()) {
                leader = Optional.empty();
            }
        }
    }

    /** How many are held in memory. */
    public int held() {
        lock.lock();
        try {
            return backlog.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many of them are due, and wait to be taken. */
    public int waiting() {
        lock.lock();
        try {
            return backlog.ripe(clock.instant());
        } finally {
            lock.unlock();
        }
    }

    private void read() {
        long retry = RETRY_NANOS;
        while (true) {
            try {
                Optional<Reading> next = nextReading();
                if (next.isEmpty()) {
                    return;
                }
                Reading it = next.get();
                List<Entry> found = state.use(store -> store.list(it.range(), it.limit()));
                merge(it, found);
                retry = RETRY_NANOS;
            } catch (InterruptedException e) {
                giveUp(0); // only close() ends this thread, and it says so
            } catch (PluginFailure e) {
                LOG.log(Level.WARNING, "What is due cannot be read and is tried again: {0}", e.getMessage());
                giveUp(retry);
                retry = Math.min(2 * retry, LONGEST_RETRY_NANOS);
            }
        }
    }

    private Optional<Reading> nextReading() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                Instant now = clock.instant();
                Optional<Reading> next = backlog.read(now).or(() -> backlog.readAgain(now, System.nanoTime()));
                if (next.isPresent()) {
                    return next;
                }
                hungry.awaitNanos(GLANCE_NANOS);
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void merge(Reading it, List<Entry> found) {
        change(() -> backlog.merge(it, found));
    }

    private void giveUp(long pause) {
        lock.lock();
        try {
            backlog.giveUp();
            long left = pause;
            while (!closed && left > 0) {
                left = pause(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private long pause(long nanos) {
        try {
            return hungry.awaitNanos(nanos);
        } catch (InterruptedException e) {
            return 0;
        }
    }

    /** Everybody who waits is answered that nothing is due any more. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            due.signalAll();
            hungry.signalAll();
        } finally {
            lock.unlock();
        }
        reader.interrupt();
        try {
            reader.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
