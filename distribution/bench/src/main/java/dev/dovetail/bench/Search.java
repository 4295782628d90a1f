package dev.dovetail.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/** Searches among so many executions, which were all really made: called, run and recorded. */
final class Search {
    private static final int CLIENTS = 32;
    private static final int FUNCTIONS = 20;
    private static final String CODE = """
            def main(ctx, input):
                if input.n %% 1000 == 0:
                    fail("one of a thousand")
                return %d
            """;

    private final Path home;
    private final PrintWriter out;

    Search(Path home, PrintWriter out) {
        this.home = home;
        this.out = out;
    }

    /** @param times how often each is asked */
    void run(int count, int times) throws InterruptedException {
        try (Dovetail dovetail = Dovetail.start(home)) {
            for (int i = 0; i < FUNCTIONS; i++) {
                dovetail.deploy("found-" + i, CODE.formatted(i));
            }
            String began = java.time.Instant.now().toString();
            long since = System.nanoTime();
            make(dovetail, count);
            double took = (System.nanoTime() - since) / 1e9;
            Thread.sleep(1000); // what is gathered is written
            out.println(count + " executions made in " + Math.round(took) + " s");
            String middle = java.time.Instant.now()
                    .minus(Duration.ofMillis((long) (took * 500)))
                    .toString();
            Table table = new Table(out, "search", "min ms", "p50 ms", "p95 ms", "max ms", "items", "partial");
            String all = "/api/v1/executions?limit=25&since=" + began;
            row(table, "  the newest", dovetail, all, times);
            row(table, "  of one function", dovetail, all + "&function=found-7", times);
            row(table, "  failed ones", dovetail, all + "&status=failed", times);
            row(table, "  until half of the time", dovetail, all + "&until=" + middle, times);
            row(table, "  of one initiator", dovetail, all + "&initiator=system/operator", times);
            row(table, "  of one request, late", dovetail, all + "&correlationId=r-" + (count - 5), times);
            row(table, "  of one request, early", dovetail, all + "&correlationId=r-5", times);
            row(table, "  of no request", dovetail, all + "&correlationId=none", times);
            pages(dovetail, all + "&correlationId=r-5");
        }
    }

    private void make(Dovetail dovetail, int count) throws InterruptedException {
        AtomicInteger made = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        try (Load load = Load.start(dovetail.subject().port(), CLIENTS, wire -> {
            int n = made.getAndIncrement();
            if (n >= count) {
                pause();
                return "";
            }
            int status = wire.ask(request(n)).status();
            done.incrementAndGet();
            return status == 200 || n % 1000 == 0 ? "" : "status " + status;
        })) {
            while (done.get() < count) {
                Thread.sleep(50);
            }
            if (load.failures() > 0) {
                throw new IllegalStateException("Calls failed: " + load.failed());
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] request(int n) {
        byte[] body = ("{\"n\":" + n + "}").getBytes(StandardCharsets.US_ASCII);
        return ("POST /api/v1/functions/found-" + n % FUNCTIONS
                        + "/invoke HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                        + Dovetail.TOKEN + "\r\nX-Request-Id: r-" + n
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n"
                        + new String(body, StandardCharsets.US_ASCII))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void row(Table table, String what, Dovetail dovetail, String path, int times) {
        double[] millis = new double[times];
        String last = "";
        try (Wire wire = new Wire(dovetail.subject().port())) {
            for (int i = 0; i < times; i++) {
                long began = System.nanoTime();
                Wire.Response response = wire.ask(Workflows.get(path));
                millis[i] = (System.nanoTime() - began) / 1e6;
                last = response.text();
                if (response.status() != 200) {
                    throw new IllegalStateException(path + " was answered " + response.status() + ": " + last);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Arrays.sort(millis);
        JsonNode json = Dovetail.JSON.readTree(last);
        table.row(
                what,
                millis[0],
                millis[times / 2],
                millis[Math.min(times - 1, times * 95 / 100)],
                millis[times - 1],
                json.get("items").size(),
                json.has("partial") ? "yes" : "no");
    }

    /** A request looks at so much and says where to go on; how long it takes to go to the end. */
    private void pages(Dovetail dovetail, String path) throws InterruptedException {
        long began = System.nanoTime();
        int pages = 0;
        int found = 0;
        String cursor = "";
        do {
            JsonNode page = dovetail.call("GET", path + cursor, new byte[0]);
            pages++;
            found += page.get("items").size();
            JsonNode next = page.get("nextCursor");
            cursor = next.isNull() ? "" : "&cursor=" + next.stringValue();
        } while (!cursor.isEmpty());
        out.println("of one request, early, to the end: " + pages + " pages, " + found + " found, "
                + (System.nanoTime() - began) / 1_000_000 + " ms");
    }
}
