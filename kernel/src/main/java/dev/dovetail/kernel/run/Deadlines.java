package dev.dovetail.kernel.run;

import dev.dovetail.kernel.host.LiveHost;
import dev.dovetail.kernel.pool.Loan;
import dev.dovetail.kernel.secret.Disclosed;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Interrupts calls whose time is up or that were told to stop, and none a moment after it has ended: a thread goes on to
 * other work then.
 */
final class Deadlines {
    private static final long TICK_NANOS = 10_000_000;

    private final Map<String, Call> calls = new ConcurrentHashMap<>();
    private final Thread watch;
    private volatile boolean closed;

    Deadlines(ThreadFactory threads) {
        this.watch = threads.newThread(this::watch);
    }

    void start() {
        watch.start();
    }

    /** Why a call was told to stop. */
    enum Why {
        DEADLINE,
        CANCELED
    }

    /** A call under way. */
    static final class Call {
        private final Thread thread = Thread.currentThread();
        private final String key;
        private final Work work;
        private final Loan loan;
        private final Disclosed disclosed;
        private final AtomicBoolean watched = new AtomicBoolean();
        private volatile long until;
        private Optional<Why> told = Optional.empty();
        private final LiveHost host;
        private boolean ended;

        private Call(String key, Work work, LiveHost host, Loan loan, Disclosed disclosed, long until) {
            this.key = key;
            this.loan = loan;
            this.disclosed = disclosed;
            this.host = host;
            this.work = work;
            this.until = until;
        }

        Work work() {
            return work;
        }

        LiveHost host() {
            return host;
        }

        Loan loan() {
            return loan;
        }

        Disclosed disclosed() {
            return disclosed;
        }

        /** Whether somebody looks after the time in which it is held. */
        AtomicBoolean watched() {
            return watched;
        }

        /** It was held so long, which is not its code's time. */
        void wasHeld(long nanos) {
            until += nanos;
        }

        private synchronized boolean tell(Why why) {
            if (ended || told.isPresent()) {
                return false;
            }
            told = Optional.of(why);
            thread.interrupt();
            return true;
        }

        private synchronized Optional<Why> end() {
            ended = true;
            if (told.isPresent()) {
                // the interrupt was for this call, whether or not it came in time
                Thread.interrupted();
            }
            return told;
        }
    }

    /**
     * The current thread begins a call that may take so long.
     *
     * @param key by which it is found: its execution's id, unless it is not what is to be found by that
     */
    Call begin(String key, Work work, LiveHost host, Loan loan, Disclosed disclosed, long nanos) {
        Call call = new Call(key, work, host, loan, disclosed, System.nanoTime() + nanos);
        calls.put(key, call);
        return call;
    }

    /** The call has ended; tells why it was told to stop, if it was. */
    Optional<Why> end(Call call) {
        calls.remove(call.key, call);
        return call.end();
    }

    Optional<Call> find(String executionId) {
        return Optional.ofNullable(calls.get(executionId));
    }

    Collection<Call> all() {
        return calls.values();
    }

    /** Tells a call to stop; false if it has ended or was told already. */
    boolean cancel(String executionId) {
        return find(executionId).map(call -> call.tell(Why.CANCELED)).orElse(false);
    }

    private void watch() {
        while (!closed) {
            LockSupport.parkNanos(this, TICK_NANOS);
            long now = System.nanoTime();
            for (Call call : calls.values()) {
                if (now - call.until > 0) {
                    call.tell(Why.DEADLINE);
                }
            }
        }
    }

    void close() {
        closed = true;
        LockSupport.unpark(watch);
    }
}
