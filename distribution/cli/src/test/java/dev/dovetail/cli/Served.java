package dev.dovetail.cli;

import dev.dovetail.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A server of this process, with Starlark and its stores, for commands that need what it does. */
record Served(Path folder, Product product, Server server) implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static Served in(Path folder) throws IOException {
        Path home = folder.resolve("home");
        Product product = Product.with(home, "executor-starlark", "storage-h2", "blob-directory");
        Path data = Files.createDirectory(folder.resolve("data"));
        Server server = KernelServer.start(new Server.Wish(
                home, data, Optional.empty(), true, Map.of("http.port", "0", "telemetry.log-level", "error")));
        Files.writeString(data.resolve("address"), server.address() + "\n");
        return new Served(folder, product, server);
    }

    /** Runs a command, as from a script. */
    Ran run(String... arguments) {
        return run(false, arguments);
    }

    Ran onTerminal(String... arguments) {
        return run(true, arguments);
    }

    private Ran run(boolean terminal, String... arguments) {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--data";
        all[arguments.length + 1] = folder.resolve("data").toString();
        return Ran.run(
                wish -> {
                    throw new Server.CannotStart("This command starts nothing: " + wish);
                },
                terminal,
                all);
    }

    /** What a command answers, which has to go well. */
    JsonNode json(String... arguments) {
        Ran ran = run(arguments);
        if (ran.status() != 0) {
            throw new AssertionError(String.join(" ", arguments) + ": " + ran);
        }
        return Screen.JSON.readTree(ran.out());
    }

    /** Deploys a workflow, or its next version. */
    void deploy(String name, String source) throws IOException {
        Path code = Files.createDirectories(folder.resolve(name));
        Files.writeString(code.resolve("main.star"), source);
        Files.writeString(
                code.resolve("function.json"),
                "{\"name\": \"%s\", \"kind\": \"workflow\", \"runtime\": \"starlark\", \"handler\": \"main.main\"}"
                        .formatted(name));
        Ran ran = run("deploy", code.toString());
        if (ran.status() != 0) {
            throw new AssertionError(ran.err());
        }
    }

    /** Calls a workflow, and lets it come to where it waits; its id. */
    String waiting(String name) throws Exception {
        String id = json("invoke", name, "--async").get("executionId").stringValue();
        Eventually.holds(
                "it waits",
                PATIENCE,
                () -> json("executions", id).get("status").stringValue().contains("suspended"));
        return id;
    }

    @Override
    public void close() {
        server.close();
        product.close();
    }
}
