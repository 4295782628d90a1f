package dev.dovetail.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * So many clients that call without pause, each on a connection of its own, with as little work of their own as possible: their
 * requests are bytes made once.
 */
final class Load implements AutoCloseable {
    private final int port;
    private final Act act;
    private final long apart;
    private final List<Thread> clients;
    private final List<Lap> laps = new CopyOnWriteArrayList<>();
    private final AtomicLong failures = new AtomicLong();
    private final List<String> failed = new CopyOnWriteArrayList<>();
    private volatile boolean stopped;

    /** What one client measured, since it was last asked. */
    private static final class Lap {
        private long[] nanos = new long[1024];
        private int count;

        synchronized void add(long took) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = took;
        }

        synchronized long[] take() {
            long[] taken = Arrays.copyOf(nanos, count);
            count = 0;
            return taken;
        }
    }

    /** What a client does again and again. */
    @FunctionalInterface
    interface Act {
        /** Does it once; answers what went wrong, which is empty if nothing did. */
        String once(Wire wire) throws IOException;
    }

    /** @param apart nanoseconds between two calls of a client; 0 if each follows the answer of the one before */
    private Load(int port, Act act, int connections, long apart) {
        this.port = port;
        this.act = act;
        this.apart = apart;
        long first = System.nanoTime();
        this.clients = IntStream.range(0, connections)
                .mapToObj(i ->
                        Thread.ofVirtual().name("client-" + i).unstarted(() -> call(first + i * apart / connections)))
                .toList();
    }

    /** Clients that send this, and want to be answered 200. */
    static Load start(int port, byte[] request, int connections) {
        return start(port, connections, sending(request));
    }

    static Load start(int port, int connections, Act act) {
        return new Load(port, act, connections, 0).begun();
    }

    /**
     * The same at a steady rate. A call that could not be made when it was due, as the one before was not answered, counts from when
     * it was due.
     */
    static Load paced(int port, byte[] request, int connections, int perSecond) {
        return new Load(port, sending(request), connections, 1_000_000_000L * connections / perSecond).begun();
    }

    private static Act sending(byte[] request) {
        return wire -> {
            int status = wire.ask(request).status();
            return status == 200 ? "" : "status " + status;
        };
    }

    private Load begun() {
        clients.forEach(Thread::start);
        return this;
    }

    /** A request as bytes. */
    static byte[] post(String path, String token, byte[] body) {
        return post(path, token, "*/*", body);
    }

    static byte[] post(String path, String token, String accept, byte[] body) {
        byte[] head = ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                        + "\r\nAccept: " + accept + "\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    private void call(long first) {
        Lap lap = new Lap();
        laps.add(lap);
        long due = first;
        while (!stopped) {
            try (Wire wire = new Wire(port)) {
                while (!stopped) {
                    due += apart;
                    long began = apart == 0 ? System.nanoTime() : begin(due);
                    String wrong = act.once(wire);
                    lap.add(System.nanoTime() - began);
                    if (!wrong.isEmpty()) {
                        fail(wrong);
                    }
                }
            } catch (IOException e) {
                if (!stopped) {
                    fail(e.toString());
                }
            }
        }
    }

    /** Waits until then, if that is still to come. A thread that is woken late is no fault of whom it calls. */
    private static long begin(long due) {
        long left = due - System.nanoTime();
        if (left <= 0) {
            return due;
        }
        LockSupport.parkNanos(left);
        return System.nanoTime();
    }

    private void fail(String why) {
        if (failures.incrementAndGet() <= 10) {
            failed.add(why);
        }
    }

    /**
     * What was measured since the last call of this.
     *
     * @param nanos of each call, upwards
     */
    record Measured(long[] nanos) {
        int calls() {
            return nanos.length;
        }

        double millis(double quantile) {
            return nanos.length == 0 ? 0 : nanos[(int) Math.min(nanos.length - 1, quantile * nanos.length)] / 1e6;
        }
    }

    Measured take() {
        List<long[]> taken = laps.stream().map(Lap::take).toList();
        long[] all = new long[taken.stream().mapToInt(each -> each.length).sum()];
        int at = 0;
        for (long[] each : taken) {
            System.arraycopy(each, 0, all, at, each.length);
            at += each.length;
        }
        Arrays.sort(all);
        return new Measured(all);
    }

    Measured during(Duration time) throws InterruptedException {
        take();
        Thread.sleep(time);
        return take();
    }

    long failures() {
        return failures.get();
    }

    /** Why the first ones failed. */
    List<String> failed() {
        return failed;
    }

    @Override
    public void close() {
        stopped = true;
        clients.forEach(Thread::interrupt);
        try {
            for (Thread each : clients) {
                each.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
