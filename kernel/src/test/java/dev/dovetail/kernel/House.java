package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.kernel.config.Configs;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.identity.Rights;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.secret.SecretStore;
import dev.dovetail.spi.store.BlobStore;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.secret.InMemorySecretStoreProvider;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/**
 * A kernel that runs for a test, with stores in memory and functions in {@link Commands}, and a client for it. The stores may be
 * shared with another one, or with one that starts later.
 */
final class House implements AutoCloseable {
    static final String TOKEN = "a-token-for-tests";
    static final Schemas SCHEMAS = new Schemas();
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(60))
            .build();

    final Commands commands = new Commands();
    final Path folder;
    final StateStore state;
    final BlobStore blobs;
    private final List<String> lent = new ArrayList<>();
    private final Kernel kernel;

    /** How a house is to be; what is not said is as it usually is. */
    static final class Plan {
        private final Path folder;
        private Optional<String> key = Optional.empty();
        private Optional<ObjectNode> tls = Optional.empty();
        private final Map<String, String> flags = new HashMap<>();
        private Optional<String> missing = Optional.empty();
        private final Map<String, Guest.Flow> flows = new HashMap<>();
        private UnaryOperator<Rights> rights = UnaryOperator.identity();
        private StateStore state = new InMemoryStateStore();
        private BlobStore blobs = new InMemoryBlobStore();
        private SecretStore secrets = new InMemorySecretStoreProvider().store();

        Plan(Path folder) {
            this.folder = folder;
            with("http.port", "0")
                    .with("http.token", TOKEN)
                    .with("telemetry.log-level", System.getProperty("log", "error"));
        }

        Plan with(String path, String value) {
            flags.put(path, value);
            return this;
        }

        Plan on(StateStore state, BlobStore blobs) {
            this.state = state;
            this.blobs = blobs;
            return this;
        }

        /** It serves by HTTPS, with what is in this file. */
        Plan tls(Path keystore, String password) {
            tls = Optional.of(
                    SCHEMAS.object().put("keystore", keystore.toString()).put("password", password));
            return this;
        }

        /** What stands between the engine and what it asks of rights. */
        Plan under(UnaryOperator<Rights> rights) {
            this.rights = rights;
            return this;
        }

        /** Lends what runs the commands under this key too, from the beginning. */
        Plan lending(String key) {
            this.key = Optional.of(key);
            return this;
        }

        /** Knows this flow from the beginning, for what is carried as soon as it starts. */
        Plan knowing(String name, Guest.Flow flow) {
            flows.put(name, flow);
            return this;
        }

        /** Is to have a module that no plugin provides. */
        Plan missing(String module) {
            missing = Optional.of(module);
            return this;
        }

        House open() throws IOException, InterruptedException {
            return new House(this);
        }
    }

    static Plan at(Path folder) {
        return new Plan(folder);
    }

    private House(Plan plan) throws IOException, InterruptedException {
        this.folder = plan.folder;
        this.state = plan.state;
        this.blobs = plan.blobs;
        plan.flows.forEach(commands::flow);
        plan.key.ifPresent(key -> System.getProperties().put(key, commands));
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.createDirectories(folder.resolve("home/plugins"));
        Lent.jar().in(folder.resolve("home/plugins"));
        ObjectNode file = SCHEMAS.object();
        file.set("state", slot(Lent.lend(state)));
        file.set("blobs", slot(Lent.lend(blobs)));
        ObjectNode executors = file.putObject("executors");
        executors.set("lent", slot(Lent.lend(commands)));
        executors.set("workers", slot(Lent.lend(commands)).put("type", "workers"));
        file.putObject("secrets").set("lent", slot(Lent.lend(plan.secrets)));
        plan.missing.ifPresent(
                module -> file.putObject("modules").putObject(module).put("type", "nowhere"));
        plan.tls.ifPresent(tls -> file.putObject("http").set("tls", tls));
        Files.write(data.resolve("dovetail.json"), SCHEMAS.write(file));
        Configuration configuration =
                new Configs(SCHEMAS).read(folder.resolve("home"), data, false, Optional.empty(), Map.of(), plan.flags);
        this.kernel = Kernel.start(configuration, plan.rights);
    }

    private ObjectNode slot(String key) {
        lent.add(key);
        ObjectNode slot = SCHEMAS.object().put("type", "lent");
        slot.putObject("config").put("key", key);
        return slot;
    }

    int port() {
        return kernel.port();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    /** A request that has the token, to be changed. */
    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + TOKEN);
    }

    /** Sends a request whose answer is a stream, and returns when that begins. */
    static HttpResponse<InputStream> begin(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    static Reply send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> got = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Reply(got.statusCode(), got.headers(), new String(got.body(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError("No answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }

    /** @param headers names and values in turn */
    Reply send(String method, String path, byte[] body, String... headers) {
        HttpRequest.Builder request = request(path)
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    Reply get(String path, String... headers) {
        return send("GET", path, new byte[0], headers);
    }

    Reply post(String path, String body, String... headers) {
        return send("POST", path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    Reply put(String path, String body) {
        return send("PUT", path, body.getBytes(StandardCharsets.UTF_8));
    }

    Reply patch(String path, String body) {
        return send("PATCH", path, body.getBytes(StandardCharsets.UTF_8));
    }

    Reply delete(String path) {
        return send("DELETE", path, new byte[0]);
    }

    /** The body that creates a function of these lines; the members follow as JSON without braces. */
    static String function(String name, String lines, String... members) {
        ObjectNode json = SCHEMAS.object().put("name", name).put("runtime", "cmd");
        json.putObject("code").put("source", lines);
        for (String each : members) {
            SCHEMAS.object("{" + each + "}").properties().forEach(it -> json.set(it.getKey(), it.getValue()));
        }
        return json.toString();
    }

    static String code(String lines, String... members) {
        ObjectNode json = SCHEMAS.object();
        json.putObject("code").put("source", lines);
        for (String each : members) {
            SCHEMAS.object("{" + each + "}").properties().forEach(it -> json.set(it.getKey(), it.getValue()));
        }
        return json.toString();
    }

    Reply deploy(String name, String lines, String... members) {
        Reply reply = post("/api/v1/functions", function(name, lines, members));
        assertEquals(201, reply.status(), reply.body());
        return reply;
    }

    Reply version(String name, String lines, String... members) {
        Reply reply = post("/api/v1/functions/" + name + "/versions", code(lines, members));
        assertEquals(201, reply.status(), reply.body());
        return reply;
    }

    /** How many instances of this function were started. */
    long started(String function) {
        return commands.launches().stream()
                .filter(launch -> launch.version().function().text().equals(function))
                .count();
    }

    Reply invoke(String name, String input, String... headers) {
        return post("/api/v1/functions/" + name + "/invoke", input, headers);
    }

    Reply rpc(String body) {
        return post("/rpc", body);
    }

    @Override
    public void close() {
        if (state instanceof CutStore store) {
            store.bury();
        }
        kernel.close();
        lent.forEach(Lent::takeBack);
    }
}
