package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.distribution.Hostile.Mood;
import dev.dovetail.distribution.Running.Answer;
import dev.dovetail.testkit.Eventually;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Every call leaves its record, has an instance to itself and runs the code that was stored: FUNC-E1, E2, I4 and I5, and attempts to break them. */
@Tag("TE-03")
@Timeout(180)
final class InvocationsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private static Path folder;

    private static Path data;
    private static Running server;

    @BeforeAll
    static void start() throws Exception {
        data = Files.createDirectory(folder.resolve("data"));
        server = Running.briefly(data);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static JsonNode record(String id) throws Exception {
        return server.get("/api/v1/executions/" + id).expecting(200).body();
    }

    private static Set<String> logged(String function) throws Exception {
        return server.listed("/functions/v1/" + function + "/logs", "id");
    }

    @Test
    @Tag("EX-22")
    void everyCallIsLoggedHoweverItEnds() throws Exception {
        Instant begun = Instant.now().minusMillis(1);
        Guests.deploy(server, Guests.function("moody", Hostile.MOODY).put("timeoutSeconds", 1));
        Set<String> ids = new TreeSet<>();
        for (Mood mood : Mood.values()) {
            Answer answer = Guests.call(server, "moody", mood.input());
            String id = answer.headers().get("X-Execution-Id");
            assertTrue(ids.add(id), mood + " " + id);
            JsonNode shown = record(id);
            String status = mood == Mood.FINE ? ".succeeded." : ".failed.";
            assertTrue(shown.get("status").stringValue().contains(status), shown::toString);
            assertEquals("moody", shown.get("function").stringValue());
            assertEquals("sync", shown.get("mode").stringValue());
            assertEquals("system/operator", shown.get("initiator").stringValue());
            assertTrue(shown.get("durationMs").doubleValue() > 0, shown::toString);
            assertTrue(shown.at("/metrics/maxMemoryUsedMb").doubleValue() >= 0.0625, shown::toString);
            Instant started = Instant.parse(shown.get("startedAt").stringValue());
            Instant finished = Instant.parse(shown.get("finishedAt").stringValue());
            assertTrue(!started.isBefore(begun) && !finished.isBefore(started), shown::toString);
            assertFalse(finished.isAfter(Instant.now()), shown::toString);
            assertEquals(answer.body().path("detail"), shown.at("/error/message"), mood.name());
            assertEquals(mood != Mood.FINE, shown.has("error"), shown::toString);
        }
        ids.addAll(others());
        int before = ids.size();
        abandoned();
        Set<String> all = Eventually.found(
                "the call whose caller went away",
                PATIENCE,
                () -> Optional.of(logged("moody")).filter(found -> found.size() > before));
        assertEquals(before + 1, all.size());
        assertTrue(all.containsAll(ids), () -> "missing: " + ids + " of " + all);
        for (JsonNode line :
                server.get("/functions/v1/moody/logs?limit=100").body().get("items")) {
            for (String field : List.of("trigger", "status", "duration_ms", "memory_peak", "user_id", "timestamp")) {
                assertTrue(line.has(field), field + " " + line);
            }
            assertEquals(
                    !line.get("status").stringValue().equals("succeeded"), line.has("error_message"), line::toString);
        }
    }

    /** Calls that came another way, or in a crowd. */
    private static Set<String> others() throws Exception {
        Set<String> ids = new TreeSet<>();
        String accepted = server.post("/api/v1/functions/moody/invoke-async", Mood.SPINS.input())
                .expecting(202)
                .headers()
                .get("X-Execution-Id");
        ids.add(accepted);
        server.post("/api/v1/executions/" + accepted + ":cancel", "{}").expecting(202);
        Eventually.found(
                "it to be over",
                PATIENCE,
                () -> Optional.of(record(accepted))
                        .filter(shown -> shown.get("status").stringValue().contains("canceled")));
        ids.add(server.post("/rpc", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"moody\",\"params\":{}}")
                .expecting(200)
                .headers()
                .get("X-Execution-Id"));
        try (ExecutorService clients = Executors.newFixedThreadPool(16)) {
            List<Future<Answer>> calls = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                String input = Mood.values()[i % 5].input();
                calls.add(clients.submit(() -> Guests.call(server, "moody", input)));
            }
            for (Future<Answer> each : calls) {
                assertTrue(ids.add(each.get().headers().get("X-Execution-Id")));
            }
        }
        return ids;
    }

    /** A caller that hangs up while its call runs. */
    private static void abandoned() throws Exception {
        try (Socket socket =
                new Socket(server.address().getHost(), server.address().getPort())) {
            String token = Files.readString(data.resolve("token")).strip();
            socket.getOutputStream()
                    .write(("POST /api/v1/functions/moody/invoke HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                    + token + "\r\nContent-Length: 1\r\n\r\n" + Mood.SPINS.input())
                            .getBytes(StandardCharsets.US_ASCII));
            Eventually.found(
                    "it to run",
                    PATIENCE,
                    () -> Optional.of(server.get("/api/v1/executions?status=running")
                                    .expecting(200)
                                    .body()
                                    .get("items"))
                            .filter(items -> items.size() == 1));
        }
    }

    @Test
    @Tag("RT-15")
    void callsAtTheSameTimeAndAfterEachOtherHaveNothingInCommon() throws Exception {
        Guests.deploy(server, Guests.function("alone", Hostile.ALONE));
        var shared = Guests.function("together", Hostile.ALONE);
        shared.putObject("traits").put("concurrency", 16);
        Guests.deploy(server, shared);
        Set<String> ids = new TreeSet<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(32)) {
            Map<Integer, Future<Answer>> calls = new LinkedHashMap<>();
            for (int i = 0; i < 300; i++) {
                int number = 100 + i;
                String name = i % 2 == 0 ? "alone" : "together";
                calls.put(number, clients.submit(() -> Guests.call(server, name, "" + number)));
            }
            for (Map.Entry<Integer, Future<Answer>> each : calls.entrySet()) {
                Answer answer = each.getValue().get().expecting(200);
                assertEquals(each.getKey(), answer.body().intValue());
                ids.add(answer.headers().get("X-Execution-Id"));
            }
        }
        assertEquals(300, ids.size());
        for (int i = 0; i < 5; i++) {
            Guests.call(server, "alone", "123").expecting(200);
        }
    }

    @Test
    @Tag("ST-08")
    void codeThatIsNotWhatWasStoredIsNeverRun() throws Exception {
        Path home = Files.createDirectory(folder.resolve("stored"));
        Map<String, Path> blobs = new LinkedHashMap<>();
        Set<String> ids = new TreeSet<>();
        try (Running first = Running.briefly(home)) {
            int number = 0;
            for (String name : List.of("whole", "first", "middle", "last", "short", "longer", "other", "gone")) {
                byte[] archive =
                        Guests.zip(Guests.compiled(Guests.handler("(call $number (i32.const " + number++ + "))")));
                Guests.deploy(first, Guests.function(name, archive));
                String told = first.get("/api/v1/functions/" + name + "/versions/1")
                        .expecting(200)
                        .body()
                        .get("codeSha256")
                        .stringValue();
                assertEquals(Blobs.sha256(archive), told, name);
                blobs.put(name, Blobs.find(home, told));
                assertArrayEquals(archive, Files.readAllBytes(blobs.get(name)), name);
                ids.add(Guests.call(first, name, "{}").expecting(200).headers().get("X-Execution-Id"));
            }
            assertEquals(Running.TERMINATED, first.stop());
        }
        Blobs.damage(blobs);
        Blobs.delete(home.resolve("cache"));
        try (Running second = Running.briefly(home)) {
            assertEquals(
                    0, Guests.call(second, "whole", "{}").expecting(200).body().intValue());
            for (String name : blobs.keySet()) {
                if (!name.equals("whole")) {
                    Answer refused = Guests.call(second, name, "{}");
                    assertTrue(refused.status() >= 500, name + refused.body());
                    String detail = refused.body().get("detail").stringValue();
                    assertTrue(detail.contains(name.equals("gone") ? "is not in" : "damaged"), name + " " + detail);
                }
            }
            // and what ran before is still known
            for (String id : ids) {
                second.get("/api/v1/executions/" + id).expecting(200);
            }
        }
    }

    @Test
    @Tag("FH-04")
    void whatFailsHarmsNobodyThatIsCalledMeanwhile() throws Exception {
        Guests.deploy(server, Guests.function("echo", Guests.ECHO));
        Guests.deploy(server, Guests.function("neighbour", Hostile.MOODY).put("timeoutSeconds", 1));
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> neighbours = new ArrayList<>();
            for (String name : List.of("echo", "echo", "neighbour")) {
                neighbours.add(clients.submit(() -> {
                    for (int i = 0; !over.get(); i++) {
                        String input = name.equals("echo") ? "" + i : Mood.FINE.input();
                        assertEquals(
                                input,
                                Guests.call(server, name, input)
                                        .expecting(200)
                                        .body()
                                        .toString());
                        answered.incrementAndGet();
                    }
                    return null;
                }));
            }
            List<Future<Answer>> bad = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                for (Mood each : EnumSet.complementOf(EnumSet.of(Mood.FINE))) {
                    bad.add(clients.submit(() -> Guests.call(server, "neighbour", each.input())));
                }
            }
            for (Future<Answer> each : bad) {
                assertTrue(each.get().status() >= 500, each.get()::toString);
            }
            over.set(true);
            for (Future<?> each : neighbours) {
                each.get();
            }
        }
        assertTrue(answered.get() >= 3, answered + " calls of neighbours");
        assertEquals(
                0,
                Guests.call(server, "neighbour", Mood.FINE.input())
                        .expecting(200)
                        .body()
                        .intValue());
    }
}
