package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Tempo;
import java.time.Duration;
import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The time and the luck of one node in a simulation: waiting moves the world's clock, and lets others act meanwhile. */
final class SimTempo implements Tempo {
    private final SimNode node;

    SimTempo(SimNode node) {
        this.node = node;
    }

    /** The node has died: nothing of it goes on. No exception, so that nobody takes it for one. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1;

        Crash() {
            super("crash", null, false, false);
        }
    }

    @Override
    public ReentrantLock lock() {
        ReentrantLock lock = new Lock();
        node.locks(lock);
        return lock;
    }

    @Override
    public void pause(Duration duration) {
        node.waits(Math.max(1, duration.toMillis()));
    }

    @Override
    @SuppressWarnings("CallToThreadRun") // there is one thread: what is done besides is done at once
    public void start(Thread thread) {
        thread.run();
    }

    @Override
    public double chance() {
        return node.world().random().nextDouble();
    }

    private final class Lock extends ReentrantLock {
        private static final long serialVersionUID = 1;

        @Override
        public Condition newCondition() {
            return new Condition() {
                @Override
                public boolean await(long time, TimeUnit unit) {
                    int holds = getHoldCount();
                    for (int i = 0; i < holds; i++) {
                        unlock();
                    }
                    try {
                        node.waits(Math.max(1, unit.toMillis(time)));
                    } finally {
                        for (int i = 0; i < holds; i++) {
                            lock();
                        }
                    }
                    return true;
                }

                @Override
                public void await() {
                    throw new IllegalStateException("waits without end");
                }

                @Override
                public void awaitUninterruptibly() {
                    throw new IllegalStateException("waits without end");
                }

                @Override
                public long awaitNanos(long nanos) {
                    throw new IllegalStateException("waits in another way");
                }

                @Override
                public boolean awaitUntil(Date deadline) {
                    throw new IllegalStateException("waits in another way");
                }

                @Override
                public void signal() {}

                @Override
                public void signalAll() {}
            };
        }
    }
}
