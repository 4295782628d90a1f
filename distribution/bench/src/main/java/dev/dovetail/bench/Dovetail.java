package dev.dovetail.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A Dovetail server that is measured, on a data folder of its own. */
final class Dovetail implements AutoCloseable {
    static final String TOKEN = "benchmark-token-0123456789";
    static final JsonMapper JSON = JsonMapper.builder().build();

    /** Those that are not closed: what interrupts a benchmark leaves nothing of them. */
    private static final Set<Dovetail> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(Dovetail::abandon), "leaving nothing"));
    }

    private final Path home;
    private final Path folder;
    private final Subject subject;
    private final HttpClient client = HttpClient.newHttpClient();

    private Dovetail(Path home, Path folder, Subject subject) {
        this.home = home;
        this.folder = folder;
        this.subject = subject;
        OPEN.add(this);
    }

    /** @param home an unpacked distribution */
    static Dovetail start(Path home) {
        return start(home, "");
    }

    /** @param file its configuration, or empty text for none */
    static Dovetail start(Path home, String file) {
        try {
            // a folder around the data, for the key is kept beside it; a short name, so that sockets fit below it and
            // are gone with it
            Path folder = Files.createTempDirectory("dt");
            boolean started = false;
            try {
                Files.createDirectory(data(folder));
                if (!file.isEmpty()) {
                    Files.writeString(data(folder).resolve("dovetail.json"), file);
                }
                Dovetail dovetail = on(home, folder);
                started = true;
                return dovetail;
            } finally {
                if (!started) {
                    Subject.delete(folder);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path data(Path folder) {
        return folder.resolve("d");
    }

    private static Dovetail on(Path home, Path folder) {
        Path data = data(folder);
        List<String> command = List.of(
                home.resolve("bin/dovetail").toString(),
                "start",
                "--port",
                "0",
                "--data",
                data.toString(),
                "--token",
                TOKEN);
        return new Dovetail(home, folder, Subject.start(command, data.resolve("errors.log")));
    }

    /** Ends it as a crash would. */
    void kill() {
        client.close();
        subject.kill();
    }

    /** The same after a crash: another process on its data, which are that one's from now on. */
    Dovetail again() {
        OPEN.remove(this);
        return on(home, folder);
    }

    private void abandon() {
        subject.kill();
        Subject.delete(folder);
    }

    Subject subject() {
        return subject;
    }

    Path data() {
        return data(folder);
    }

    /** The file of a shipped plugin. */
    Path plugin(String id) {
        return plugin(home, id);
    }

    /** The file of a plugin that comes with this distribution. */
    static Path plugin(Path home, String id) {
        return home.resolve("plugins/" + id + "-0.1.0.jar");
    }

    /** The example's folder. */
    Path example() {
        return home.resolve("examples/push-digest");
    }

    JsonNode call(String method, String path, byte[] body) throws InterruptedException {
        try {
            HttpResponse<byte[]> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + subject.port() + path))
                            .header("Authorization", "Bearer " + TOKEN)
                            .header("Content-Type", "application/json")
                            .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() >= 300) {
                throw new IllegalStateException(method + " " + path + " was answered " + response.statusCode() + ": "
                        + new String(response.body(), StandardCharsets.UTF_8));
            }
            return response.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path + " failed", e);
        }
    }

    /** Deploys the example, under this name. */
    void deployExample(String name) throws InterruptedException {
        try {
            ObjectNode function =
                    (ObjectNode) JSON.readTree(Files.readAllBytes(example().resolve("function.json")));
            function.put("name", name).remove("files");
            function.put("maxConcurrent", 10_000)
                    .putObject("code")
                    .put("source", Files.readString(example().resolve("main.star")));
            call("POST", "/api/v1/functions", JSON.writeValueAsBytes(function));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deploys a workflow in Starlark. */
    void deployWorkflow(String name, String source) throws InterruptedException {
        ObjectNode function = JSON.createObjectNode()
                .put("name", name)
                .put("kind", "workflow")
                .put("runtime", "starlark")
                .put("maxConcurrent", 10_000);
        function.putObject("code").put("source", source);
        call("POST", "/api/v1/functions", JSON.writeValueAsBytes(function));
    }

    void deploy(String name, String source) throws InterruptedException {
        deploy(name, "starlark", "source", source);
    }

    /** @param form {@code source} for text, {@code zip} for an archive in base64 */
    void deploy(String name, String runtime, String form, String source) throws InterruptedException {
        deploy(name, runtime, form, source, 1);
    }

    private void deploy(String name, String runtime, String form, String source, int atOnce)
            throws InterruptedException {
        ObjectNode function = JSON.createObjectNode()
                .put("name", name)
                .put("runtime", runtime)
                .put("maxConcurrent", 10_000);
        function.putObject("code").put(form, source);
        if (atOnce > 1) {
            function.putObject("traits").put("concurrency", atOnce);
        }
        call("POST", "/api/v1/functions", JSON.writeValueAsBytes(function));
    }

    /**
     * The same, if this machine has the runtime.
     *
     * @param atOnce how many calls one instance takes at a time
     */
    boolean tryDeploy(String name, String runtime, String form, String source, int atOnce) throws InterruptedException {
        try {
            deploy(name, runtime, form, source, atOnce);
            return true;
        } catch (IllegalStateException e) {
            if (!e.getMessage().contains("/runtime")) {
                throw e;
            }
            return false;
        }
    }

    @Override
    public void close() {
        client.close();
        subject.close();
        Subject.delete(folder);
        OPEN.remove(this);
    }
}
