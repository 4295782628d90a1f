package dev.dovetail.kernel.durable;

import dev.dovetail.spi.Name;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** Who waits for which execution, to be given its end without reading it from the store. Thread-safe. */
final class Awaited {
    private final Map<String, Set<Wait>> waits = new ConcurrentHashMap<>();

    /** From now on what becomes of it is not missed. Of one thread; to be closed. */
    final class Wait implements AutoCloseable {
        private final String id;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition told = lock.newCondition();
        private Optional<Shown> end = Optional.empty();
        private boolean moved;

        private Wait(String id) {
            this.id = id;
        }

        /** Waits until it has ended, or waits for something, or so long. @return its end, if that is known */
        Optional<Shown> until(long nanos) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                long left = nanos;
                while (end.isEmpty() && !moved && left > 0) {
                    left = told.awaitNanos(left);
                }
                moved = false;
                return end;
            } finally {
                lock.unlock();
            }
        }

        private void tell(Optional<Shown> ended) {
            lock.lock();
            try {
                end = ended;
                moved = true;
                told.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            waits.computeIfPresent(id, (_, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
        }
    }

    /** Looks how an execution is now. */
    interface Looking {
        Optional<Shown> find() throws InterruptedException;
    }

    /**
     * Waits until it has ended or looks as wanted, so long; answers how it is then.
     *
     * @param willTell whether it is known to be open on this node, so that there is no need to look
     */
    Optional<Shown> await(
            Name tenant, String id, Duration within, boolean willTell, Predicate<Shown> enough, Looking looking)
            throws InterruptedException {
        long until = System.nanoTime() + within.toNanos();
        boolean open = willTell;
        try (Wait wait = begin(id)) {
            while (true) {
                long left = until - System.nanoTime();
                if (!open || left <= 0) {
                    Optional<Shown> now = looking.find();
                    if (now.isEmpty() || now.get().status().ended() || enough.test(now.get()) || left <= 0) {
                        return now;
                    }
                }
                // another node's end is seen by looking
                Optional<Shown> ended = wait.until(Math.min(left, 500_000_000))
                        .filter(shown -> shown.order().tenant().equals(tenant));
                if (ended.isPresent()) {
                    return ended;
                }
                open = false;
            }
        }
    }

    private Wait begin(String id) {
        Wait wait = new Wait(id);
        waits.compute(id, (_, all) -> {
            Set<Wait> both = all == null ? ConcurrentHashMap.newKeySet() : all;
            both.add(wait);
            return both;
        });
        return wait;
    }

    /** It has ended, and that is durable. */
    void ended(Shown how) {
        waits.getOrDefault(how.order().id(), Set.of()).forEach(wait -> wait.tell(Optional.of(how)));
    }

    /** It waits for something. */
    void parked(String id) {
        waits.getOrDefault(id, Set.of()).forEach(wait -> wait.tell(Optional.empty()));
    }
}
