package dev.dovetail.bench;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Something outside that takes its time, and counts what is done to it by the keys that come with it. */
final class World implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Integer> seen = new ConcurrentHashMap<>();
    private final AtomicInteger all = new AtomicInteger();
    private final AtomicLong next = new AtomicLong();

    World(Duration each) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                seen.merge(String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key")), 1, Integer::sum);
                all.incrementAndGet();
                next.compareAndSet(0, System.nanoTime());
                Thread.sleep(each);
                exchange.sendResponseHeaders(200, -1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** A workflow of three steps, each of which does one thing here. */
    static String workflow(int port) {
        return """
                def act(ctx, input):
                    return r_await(r_http_post_v1("http://127.0.0.1:%d/" + input.what, {})).ok

                def main(ctx, input):
                    return [r_run_step_v1(what, act, {"what": what}).value for what in ["one", "two", "three"]]
                """.formatted(port);
    }

    /** Forgets when something was last done first. */
    void mark() {
        next.set(0);
    }

    /** When the first thing since the mark was done, as {@link System#nanoTime} has it; 0 if nothing was. */
    long first() {
        return next.get();
    }

    void await(int count, Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (all.get() < count) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException("Only " + all.get() + " of " + count + " things were done");
            }
            Thread.sleep(1);
        }
    }

    int different() {
        return seen.size();
    }

    int repeated() {
        return all.get() - seen.size();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
