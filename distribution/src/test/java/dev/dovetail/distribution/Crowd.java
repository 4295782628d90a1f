package dev.dovetail.distribution;

import dev.dovetail.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that do the same thing without pause until they are told to stop; what fails is kept. */
final class Crowd implements AutoCloseable {
    /** One thing to do; answers what was wrong about it, which is empty if nothing was. */
    @FunctionalInterface
    interface Act {
        String once(int client, long turn) throws Exception;
    }

    /** How long acts took, in ms. */
    record Times(int count, double p50, double p99, double max) {
        @Override
        public String toString() {
            return "%d acts, p50 %.1f ms, p99 %.1f ms, max %.1f ms".formatted(count, p50, p99, max);
        }
    }

    /** Long, since how many acts are waited for is the caller's choice. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    private final List<Thread> threads = new ArrayList<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Queue<Double> times = new ConcurrentLinkedQueue<>();
    private final AtomicLong done = new AtomicLong();
    private volatile boolean enough;

    private Crowd() {}

    /** So many clients, each of which has acted once when this returns. */
    static Crowd of(int clients, Act act) throws InterruptedException {
        Crowd crowd = new Crowd();
        CountDownLatch begun = new CountDownLatch(clients);
        for (int client = 0; client < clients; client++) {
            int number = client;
            crowd.threads.add(Thread.ofVirtual().start(() -> crowd.act(number, act, begun)));
        }
        begun.await();
        return crowd;
    }

    private void act(int client, Act act, CountDownLatch begun) {
        for (long turn = 0; !enough; turn++) {
            long from = System.nanoTime();
            try {
                String why = act.once(client, turn);
                if (!why.isEmpty()) {
                    wrong.add(why);
                }
            } catch (Exception e) {
                wrong.add(e.toString());
            }
            times.add((System.nanoTime() - from) / 1e6);
            done.incrementAndGet();
            if (turn == 0) {
                begun.countDown();
            }
        }
    }

    long done() {
        return done.get();
    }

    /** Waits until so many more acts are done. */
    void more(long acts) throws InterruptedException {
        long until = done.get() + acts;
        Eventually.holds(
                acts + " more acts are done", PATIENCE, () -> done.get() >= until, () -> done.get() + " of " + until);
    }

    /** What the acts since the last asking took. */
    Times times() {
        List<Double> taken = new ArrayList<>();
        for (Double next = times.poll(); next != null; next = times.poll()) {
            taken.add(next);
        }
        taken.sort(Double::compare);
        int count = taken.size();
        return count == 0
                ? new Times(0, 0, 0, 0)
                : new Times(count, taken.get(count / 2), taken.get(count * 99 / 100), taken.getLast());
    }

    /** What went wrong so far. */
    List<String> wrong() {
        return List.copyOf(wrong);
    }

    /** Tells them to stop and waits for what they are doing. */
    @Override
    public void close() {
        enough = true;
        for (Thread each : threads) {
            try {
                each.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
