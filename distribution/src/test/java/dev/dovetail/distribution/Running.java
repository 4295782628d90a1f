package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The packaged server in a process of its own, spoken to over HTTP. It has started when it is made; closing it kills it.
 * Thread-safe.
 */
final class Running implements AutoCloseable {
    static final JsonMapper JSON = JsonMapper.builder().build();

    /** What a JVM's process answers after SIGTERM, although it ended in good order. */
    static final int TERMINATED = 143;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int STOP_SECONDS = 60;

    private final Process process;
    private final Path log;
    private final URI address;
    private final String token;
    private final HttpClient http;
    private final Duration startedIn;

    /** An answer; an empty body is an empty object. */
    record Answer(int status, JsonNode body, Map<String, String> headers) {
        Answer expecting(int wanted) {
            assertTrue(status == wanted, () -> "Expected " + wanted + " and got " + status + ": " + body);
            return this;
        }
    }

    private Running(Process process, Path log, URI address, String token, Duration startedIn) {
        this.process = process;
        this.log = log;
        this.address = address;
        this.token = token;
        this.startedIn = startedIn;
        this.http = client();
    }

    private static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .connectTimeout(PATIENCE)
                .build();
    }

    /** Starts it on this data folder; returns when it said that it is ready. */
    static Running on(Path data, String... options) throws IOException, InterruptedException {
        return of(starting(data, options), data);
    }

    /** The same for one that lives for seconds and of which no speed is asked: the optimising compiler would only take from the others. */
    static Running briefly(Path data, String... options) throws IOException, InterruptedException {
        ProcessBuilder builder = starting(data, options);
        builder.environment().put("DOVETAIL_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        return of(builder, data);
    }

    private static ProcessBuilder starting(Path data, String... options) {
        List<String> arguments = new ArrayList<>(List.of("start", "--port", "0"));
        arguments.addAll(List.of(options));
        return House.process(data, arguments.toArray(new String[0]));
    }

    static Running of(ProcessBuilder builder, Path data) throws IOException, InterruptedException {
        Path log = Files.createTempFile(data.toAbsolutePath().getParent(), "server", ".log");
        long begun = System.nanoTime();
        Process process = builder.redirectError(log.toFile()).start();
        BufferedReader out = process.inputReader();
        String line = out.readLine();
        while (line != null && !line.startsWith("ready ")) {
            line = out.readLine();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        if (line == null) {
            process.destroyForcibly().waitFor();
            throw new AssertionError(
                    "It ended with " + process.exitValue() + " and did not start:\n" + Files.readString(log));
        }
        String token = Files.readString(data.resolve("token")).strip();
        return new Running(
                process, log, URI.create(line.substring("ready ".length()).split(" ")[0]), token, took);
    }

    /** From the start of the process until it was ready. */
    Duration startedIn() {
        return startedIn;
    }

    URI address() {
        return address;
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, BodyPublishers.noBody(), Map.of());
    }

    Answer post(String path, String json) throws IOException, InterruptedException {
        return send("POST", path, BodyPublishers.ofString(json), Map.of("Content-Type", "application/json"));
    }

    Answer post(String path, JsonNode json) throws IOException, InterruptedException {
        return post(path, json.toString());
    }

    /** Posts what is answered line by line; the caller closes it. */
    Stream<String> lines(String path, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.ofString(json))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofLines()).body();
    }

    Answer send(String method, String path, BodyPublisher body, Map<String, String> headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve(path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token)
                .method(method, body);
        headers.forEach(request::header);
        HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        Map<String, String> answered = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        response.headers().map().forEach((name, values) -> answered.put(name, values.getFirst()));
        return new Answer(response.statusCode(), json(response.body()), answered);
    }

    /** The ids or names of everything that is listed here, over all its pages. */
    Set<String> listed(String path, String key) throws IOException, InterruptedException {
        Set<String> found = new TreeSet<>();
        String cursor = "";
        do {
            JsonNode page = get(path + "?limit=100" + cursor).expecting(200).body();
            page.get("items").forEach(each -> found.add(each.get(key).stringValue()));
            JsonNode next = page.get("nextCursor");
            cursor = next.isNull() ? "" : "&cursor=" + next.stringValue();
        } while (!cursor.isEmpty());
        return found;
    }

    private static JsonNode json(byte[] body) {
        return body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
    }

    /** Ends it as a crash would: SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to end, as SIGTERM does, and answers its status. */
    int stop() throws InterruptedException {
        process.destroy();
        return ended();
    }

    /** Tells it to end and does not wait. */
    void terminate() {
        process.destroy();
    }

    /** Waits until it has ended, and answers its status. */
    int ended() throws InterruptedException {
        assertTrue(process.waitFor(STOP_SECONDS, TimeUnit.SECONDS), "It did not end within " + STOP_SECONDS + " s");
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        http.shutdownNow();
        process.getInputStream().close();
    }
}
