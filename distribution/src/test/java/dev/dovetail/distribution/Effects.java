package dev.dovetail.distribution;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The outside world: a server that counts what workflows do to it. A request {@code POST /WORKFLOW/EFFECT?fail=N&ms=M} is noted,
 * takes M milliseconds, is answered 500 the first N times and then with a number that no other answer has. Thread-safe.
 */
final class Effects implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, List<Arrival>> arrivals = new ConcurrentHashMap<>();
    private final Set<String> over = ConcurrentHashMap.newKeySet();
    private final Queue<String> late = new ConcurrentLinkedQueue<>();
    private final AtomicLong order = new AtomicLong();
    private final AtomicInteger epoch = new AtomicInteger();

    /**
     * An effect as it arrived.
     *
     * @param key its Idempotency-Key
     * @param order the one after it has a greater one
     * @param epoch how often nodes had been disturbed before
     * @param done whether it was answered well
     */
    record Arrival(String effect, String key, long order, int epoch, boolean done) {}

    Effects() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String[] path = exchange.getRequestURI().getPath().split("/", 3);
            Arrival arrival = noted(
                    path[1],
                    path[2],
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Idempotency-Key"))
                            .orElse(""),
                    asked(exchange, "fail"));
            Thread.sleep(asked(exchange, "ms"));
            byte[] answer = ("{\"number\": " + arrival.order() + "}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(arrival.done() ? 200 : 500, answer.length);
            exchange.getResponseBody().write(answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Arrival noted(String workflow, String effect, String key, int failing) {
        if (over.contains(workflow)) {
            late.add(workflow + "/" + effect);
        }
        List<Arrival> all = arrivals.computeIfAbsent(workflow, any -> new ArrayList<>());
        synchronized (all) {
            long before =
                    all.stream().filter(each -> each.effect().equals(effect)).count();
            Arrival arrival = new Arrival(effect, key, order.incrementAndGet(), epoch.get(), before >= failing);
            all.add(arrival);
            return arrival;
        }
    }

    private static int asked(HttpExchange exchange, String name) {
        for (String each : String.valueOf(exchange.getRequestURI().getQuery()).split("&")) {
            if (each.startsWith(name + "=")) {
                return Integer.parseInt(each.substring(name.length() + 1));
            }
        }
        return 0;
    }

    /** What this workflow did, in the order in which it arrived. */
    List<Arrival> of(String workflow) {
        List<Arrival> all = arrivals.getOrDefault(workflow, new ArrayList<>());
        synchronized (all) {
            return List.copyOf(all);
        }
    }

    /** A process was killed and is about to be started again, or stood still, or is about to. */
    void disturbed() {
        epoch.incrementAndGet();
    }

    /** This workflow is over: it must do nothing more. */
    void over(String workflow) {
        over.add(workflow);
        arrivals.remove(workflow);
    }

    /** What was done by workflows that were over. */
    List<String> late() {
        return List.copyOf(late);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
