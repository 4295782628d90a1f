package dev.dovetail.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts the server in this process and serves until it is told to stop. */
@Command(
        name = "start",
        description = {"Starts the server in the foreground. SIGTERM and Ctrl-C let requests in flight finish.", ""},
        footer = {
            "",
            "When it serves, it prints one line on standard output:  ready http://127.0.0.1:8080",
            "Its log goes to standard error. Its token is in the file token of the data folder.",
            "",
            "Examples:",
            "  dovetail start",
            "  dovetail start --port 0 --data /var/lib/dovetail",
            "  DOVETAIL_TELEMETRY_LOG_LEVEL=debug dovetail start"
        })
final class Start implements Callable<Integer> {
    private final Screen screen;
    private final Server.Starter starter;

    @Mixin
    private Target.DataFolder data = new Target.DataFolder();

    @Option(names = "--port", paramLabel = "PORT", description = "Where to listen; 0 picks a free one (default: 8080).")
    private Optional<Integer> port;

    @Option(names = "--host", paramLabel = "ADDRESS", description = "The address to listen on (default: 127.0.0.1).")
    private Optional<String> host;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration (default: dovetail.json in the data folder).")
    private Optional<Path> config;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "The operator's token (default: $DOVETAIL_TOKEN, else one that is made up).")
    private Optional<String> token;

    @Option(names = "--dev", description = "For your own machine only: functions may reach it, and are isolated less.")
    private boolean dev;

    @Option(
            names = "--paused",
            description = "Carry no accepted execution before the node is resumed: POST /api/v1/nodes/{id}:resume.")
    private boolean paused;

    Start(Screen screen, Server.Starter starter) {
        this.screen = screen;
        this.starter = starter;
    }

    /**
     * The command if it is given in its usual forms. So it is understood without the library that reads all others: no
     * cache of classes can hold that, and it would be a third of the time until the server serves.
     */
    static Optional<Start> plain(Screen screen, Server.Starter starter, List<String> arguments) {
        if (arguments.isEmpty() || !arguments.getFirst().equals("start")) {
            return Optional.empty();
        }
        Start start = new Start(screen, starter);
        start.port = Optional.empty();
        start.host = Optional.empty();
        start.config = Optional.empty();
        start.token = Optional.empty();
        Optional<Path> data = Optional.empty();
        for (int i = 1; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("--dev")) {
                start.dev = true;
                continue;
            }
            if (argument.equals("--paused")) {
                start.paused = true;
                continue;
            }
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            if (equals < 0 && ++i == arguments.size()) {
                return Optional.empty();
            }
            String value = equals < 0 ? arguments.get(i) : argument.substring(equals + 1);
            switch (name) {
                case "--port" ->
                    start.port = Optional.of(value)
                            .filter(v -> v.matches("\\d{1,5}"))
                            .map(Integer::valueOf);
                case "--host" -> start.host = Optional.of(value);
                case "--config" -> start.config = Optional.of(Path.of(value));
                case "--token" -> start.token = Optional.of(value);
                case "--data" -> data = Optional.of(Path.of(value));
                default -> {
                    return Optional.empty();
                }
            }
            if (value.isEmpty() || value.startsWith("-") || name.equals("--port") && start.port.isEmpty()) {
                return Optional.empty();
            }
        }
        start.data = new Target.DataFolder(data);
        return Optional.of(start);
    }

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> flags = new LinkedHashMap<>();
        port.ifPresent(value -> flags.put("http.port", value.toString()));
        host.ifPresent(value -> flags.put("http.host", value));
        token.or(() -> Optional.ofNullable(System.getenv("DOVETAIL_TOKEN")).filter(text -> !text.isBlank()))
                .ifPresent(value -> flags.put("http.token", value));
        if (paused) {
            flags.put("executions.paused", "true");
        }
        if (dev) {
            screen.aside(screen.ink(Screen.Ink.YELLOW, "warning: ")
                    + "--dev: functions may reach this machine, and are isolated less. Do not serve others so.");
        }
        try (Running running = Running.start(starter, new Server.Wish(home(), data.path(), config, dev, flags))) {
            screen.line("ready " + running.server().address());
            running.await();
        }
        return 0;
    }

    /** Where the product is installed, as the launcher says. */
    static Path home() {
        return Path.of(System.getProperty("dovetail.home", "."))
                .toAbsolutePath()
                .normalize();
    }

    /** A server that runs until the process is told to end, and meanwhile tells its address in its data folder. */
    record Running(Server server, Path note, DataLock lock, CountDownLatch stopping, CountDownLatch told)
            implements AutoCloseable {
        static Running start(Server.Starter starter, Server.Wish wish) {
            try {
                Files.createDirectories(wish.data());
            } catch (IOException e) {
                throw new Server.CannotStart(
                        "The data folder " + wish.data() + " cannot be made: " + Input.reason(e), e);
            }
            if (!Files.isWritable(wish.data())) {
                throw new Server.CannotStart("The data folder " + wish.data()
                        + " cannot be written to: expected a folder of the user that runs this, on a file system that is not"
                        + " read-only");
            }
            DataLock lock = DataLock.of(wish.data());
            Server server;
            try {
                server = starter.start(wish);
            } catch (RuntimeException e) {
                lock.close();
                throw e;
            }
            Running running = new Running(
                    server, wish.data().resolve("address"), lock, new CountDownLatch(1), new CountDownLatch(1));
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("stop").unstarted(running::close));
            try {
                Files.writeString(running.note, running.server.address() + "\n");
            } catch (IOException e) {
                running.close();
                throw new Server.CannotStart("Cannot write " + running.note + ": " + Input.reason(e), e);
            }
            return running;
        }

        /** Whether it stops, or has: what fails meanwhile fails for that. */
        boolean stops() {
            return stopping.getCount() == 0;
        }

        void await() throws InterruptedException {
            told.await();
        }

        @Override
        public void close() {
            stopping.countDown();
            try {
                Files.deleteIfExists(note);
            } catch (IOException _) {
                // whoever reads it next finds nobody there, and is told so
            } finally {
                server.close();
                lock.close();
                told.countDown();
            }
        }
    }
}
