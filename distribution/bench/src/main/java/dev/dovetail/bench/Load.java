package dev.dovetail.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * So many clients that call without pause, each on a connection of its own, with as little work of their own as possible: the
 * request is bytes made once, of the response only status and length are read.
 */
final class Load implements AutoCloseable {
    private final int port;
    private final byte[] request;
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

    private Load(int port, byte[] request, int connections) {
        this.port = port;
        this.request = request;
        this.clients = IntStream.range(0, connections)
                .mapToObj(i -> Thread.ofVirtual().name("client-" + i).unstarted(this::call))
                .toList();
    }

    static Load start(int port, byte[] request, int connections) {
        Load load = new Load(port, request, connections);
        load.clients.forEach(Thread::start);
        return load;
    }

    /** A request as bytes. */
    static byte[] post(String path, String token, byte[] body) {
        byte[] head = ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    private void call() {
        Lap lap = new Lap();
        laps.add(lap);
        while (!stopped) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setTcpNoDelay(true);
                OutputStream out = socket.getOutputStream();
                InputStream in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
                while (!stopped) {
                    long began = System.nanoTime();
                    out.write(request);
                    int status = response(in);
                    lap.add(System.nanoTime() - began);
                    if (status != 200) {
                        fail("status " + status);
                    }
                }
            } catch (IOException e) {
                if (!stopped) {
                    fail(e.toString());
                }
            }
        }
    }

    private void fail(String why) {
        if (failures.incrementAndGet() <= 10) {
            failed.add(why);
        }
    }

    /** Reads a response with a length, and answers its status. */
    private static int response(InputStream in) throws IOException {
        String first = line(in);
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(header.substring(15).strip());
            }
        }
        in.skipNBytes(length);
        return Integer.parseInt(first, 9, 12, 10);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(64);
        while (true) {
            int c = in.read();
            if (c < 0) {
                throw new IOException("The connection ended");
            }
            if (c == '\n') {
                return line.toString();
            }
            if (c != '\r') {
                line.append((char) c);
            }
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
        long[] all = laps.stream()
                .map(Lap::take)
                .flatMapToLong(Arrays::stream)
                .sorted()
                .toArray();
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
