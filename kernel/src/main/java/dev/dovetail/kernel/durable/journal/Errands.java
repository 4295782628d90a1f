package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.HostReply;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What takes time and is done beside the code: each on a thread of its own, its answer taken under the host's lock. */
final class Errands {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Hosts hosts;
    private final ReentrantLock lock;
    private final Condition changed;
    private final Tempo tempo;
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private boolean over;

    Errands(Hosts hosts, Tempo tempo, ReentrantLock lock, Condition changed) {
        this.hosts = hosts;
        this.tempo = tempo;
        this.lock = lock;
        this.changed = changed;
    }

    interface Task {
        HostReply run() throws InterruptedException;
    }

    interface Then {
        void take(HostReply reply);
    }

    void later(Task task, Then then) {
        Thread thread = hosts.thread(() -> {
            HostReply reply;
            try {
                reply = task.run();
            } catch (InterruptedException e) {
                return; // whoever asked has left
            } catch (RuntimeException e) {
                reply = new HostReply.Refused(Fault.of(Fault.PLATFORM, Fault.Owner.PLATFORM, "The host failed: " + e));
            } finally {
                threads.remove(Thread.currentThread());
            }
            lock.lock();
            try {
                if (!over) {
                    then.take(reply);
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        });
        threads.add(thread);
        tempo.start(thread);
    }

    /** Ends all that is under way, and returns when it has ended; called without the lock. */
    void end() {
        lock.lock();
        try {
            over = true;
        } finally {
            lock.unlock();
        }
        threads.forEach(Thread::interrupt);
        boolean interrupted = false;
        long until = System.nanoTime() + PATIENCE.toNanos();
        for (Thread each : threads) {
            while (each.isAlive() && System.nanoTime() < until) {
                try {
                    each.join(PATIENCE);
                } catch (InterruptedException e) {
                    interrupted = true; // told to stop, which it is doing
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
