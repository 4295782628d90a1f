import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs what was packaged once and lets the JVM write down what it loaded, as {@code lib/dovetail.aot}:
 * every later start begins from there. Given the folder that was assembled and the time that the archive gives to its files.
 *
 * <p>Run from its source while packaging, by whichever JVM runs Maven: so it knows only the JDK, and of 17. The launcher finds
 * the JVM that is trained, as it does for those who use it.
 */
final class Training {
    private static final int CALLS = 30;
    /**
     * Not what got warm, either: compiling all that again at each start, before anybody calls, took a third of a start's processor
     * time, and the calls that follow are as fast without it.
     */
    private static final String ONLY_CLASSES = "-XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining ";
    private static final int PATIENCE_SECONDS = 120;
    /** Whoever is started again after a crash goes on with such at once, and would load what they need while they wait for it. */
    private static final String WORKFLOW = """
            def told(ctx, input):
                return r_await(r_http_post_v1(input["address"], {})).ok

            def main(ctx, input):
                ctx.await(ctx.sleep(1))
                return r_run_step_v1("told", told, {"address": input.address}).value
            """;

    private static final int WORKFLOWS = 5;

    private final Path home;
    private final Path cache;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Training(Path home) {
        this.home = home;
        this.cache = home.resolve("lib").resolve("dovetail.aot");
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]).toAbsolutePath();
        Path note = home.resolveSibling("aot-trained-on.txt");
        Training training = new Training(home);
        if (!Files.isExecutable(Path.of("/bin/sh"))) {
            say("no cache of loaded classes is made: the launcher needs a POSIX shell");
            return;
        }
        Optional<String> jvm = training.jvm();
        if (jvm.isEmpty()) {
            Files.deleteIfExists(training.cache);
            say("no cache of loaded classes is made: the launcher finds no JDK that it can use");
            return;
        }
        List<Path> jars = training.jars();
        // the JVM compares times with those that it was trained with, and the archive gives all files this one
        for (Path jar : jars) {
            Files.setLastModifiedTime(jar, FileTime.from(Instant.parse(arguments[1])));
        }
        String what = training.digest(jvm.get(), jars);
        if (Files.exists(training.cache) && Files.exists(note) && Files.readString(note).equals(what)) {
            say("the cache of loaded classes is up to date");
            return;
        }
        long begun = System.nanoTime();
        Files.deleteIfExists(training.cache);
        String problem = training.train();
        if (problem.isEmpty()) {
            Files.writeString(note, what);
            say("the cache of loaded classes was made in %.1f s, %d MB"
                    .formatted((System.nanoTime() - begun) / 1e9, Files.size(training.cache) >> 20));
        } else {
            Files.deleteIfExists(training.cache);
            say("no cache of loaded classes was made, so starts take longer: " + problem);
        }
    }

    private static void say(String what) {
        System.out.println("[INFO] " + what);
    }

    /** The version of the JVM that the launcher finds, as that tells it; empty if it finds none. */
    private Optional<String> jvm() throws Exception {
        Path said = Files.createTempFile("jvm", ".txt");
        try {
            Process asked = process(home.resolveSibling("none"), said, "-version", "start");
            return ended(asked) && asked.exitValue() == 0 ? Optional.of(Files.readString(said)) : Optional.empty();
        } finally {
            Files.delete(said);
        }
    }

    private List<Path> jars() throws IOException {
        try (Stream<Path> all = Files.list(home.resolve("lib"))) {
            return all.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }

    /** Of everything that the cache depends on: the JVM, its flags, the class path. */
    private String digest(String jvm, List<Path> jars) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(jvm.getBytes(StandardCharsets.UTF_8));
        List<Path> files = new ArrayList<>(jars);
        files.add(home.resolve("bin").resolve("dovetail"));
        for (Path file : files) {
            digest.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
            digest.update(Files.readAllBytes(file));
        }
        return HexFormat.of().formatHex(digest.digest()) + "\n";
    }

    /** Answers why there is no cache, or nothing. */
    private String train() throws Exception {
        Path room = Files.createTempDirectory("training");
        Path log = home.resolveSibling("aot-training.log");
        Files.deleteIfExists(log);
        Thread interrupted = new Thread(() -> remove(room));
        Runtime.getRuntime().addShutdownHook(interrupted);
        try {
            // what it writes beside its data, as a key, goes with the room
            return runTour(Files.createDirectory(room.resolve("data")), log);
        } finally {
            Runtime.getRuntime().removeShutdownHook(interrupted);
            remove(room);
        }
    }

    private static void remove(Path room) {
        try (Stream<Path> all = Files.walk(room)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            System.err.println("could not remove " + room + ": " + e);
        }
    }

    /** The tour loads what there is and leaves the example's function, which is then called, so that what calls need is loaded. */
    private String runTour(Path data, Path log) throws Exception {
        Files.writeString(data.resolve("dovetail.json"), "{\"outbound\": {\"allow\": [\"127.0.0.1\"]}}");
        Process server = process(data, log, ONLY_CLASSES + "-XX:AOTCacheOutput=" + cache, "quickstart", "--port", "0");
        try (BufferedReader out = server.inputReader()) {
            String line = out.readLine();
            while (line != null && !line.startsWith("ready ")) {
                line = out.readLine();
            }
            if (line == null) {
                return "the tour failed; see " + log;
            }
            URI address = URI.create(line.substring("ready ".length()).split(" ")[0]);
            String token = Files.readString(data.resolve("token")).strip();
            byte[] event = Files.readAllBytes(home.resolve("examples/push-digest/event.json"));
            for (int i = 0; i < CALLS; i++) {
                HttpRequest call = HttpRequest.newBuilder(
                                address.resolve("/api/v1/functions/push-digest/invoke?version=live"))
                        .header("Authorization", "Bearer " + token)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(event))
                        .build();
                int status = http.send(call, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                if (status != 200) {
                    return "a call was answered " + status + "; see " + log;
                }
            }
            String problem = runWorkflows(address, token);
            if (!problem.isEmpty()) {
                return problem + "; see " + log;
            }
            server.destroy();
            return ended(server) && Files.exists(cache) ? "" : "the JVM wrote none; see " + log;
        } finally {
            server.destroyForcibly();
        }
    }

    /** Durable work, with requests to the outside. */
    private String runWorkflows(URI address, String token) throws Exception {
        HttpServer outside = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        outside.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
        outside.start();
        try {
            String source = WORKFLOW.replace("\"", "\\\"").replace("\n", "\\n");
            String function = "{\"name\": \"trained\", \"kind\": \"workflow\", \"runtime\": \"starlark\", \"code\": {\"source\": \""
                    + source + "\"}}";
            HttpResponse<String> made = post(address, token, "/api/v1/functions", function);
            if (made.statusCode() != 201) {
                return "a workflow was answered " + made.statusCode() + ": " + made.body();
            }
            String input = "{\"address\": \"http://127.0.0.1:" + outside.getAddress().getPort() + "/\"}";
            for (int i = 0; i < WORKFLOWS; i++) {
                HttpResponse<String> done = post(address, token, "/api/v1/functions/trained/invoke", input);
                if (done.statusCode() != 200) {
                    return "a call of a workflow was answered " + done.statusCode() + ": " + done.body();
                }
            }
            return "";
        } finally {
            outside.stop(0);
        }
    }

    private HttpResponse<String> post(URI address, String token, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static boolean ended(Process process) throws InterruptedException {
        return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private Process process(Path data, Path log, String options, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(home.resolve("bin").resolve("dovetail").toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put("DOVETAIL_DATA", data.toString());
        builder.environment().put("DOVETAIL_JAVA_OPTS", options);
        return builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
    }
}
