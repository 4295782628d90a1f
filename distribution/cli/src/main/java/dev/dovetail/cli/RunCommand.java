package dev.dovetail.cli;

import dev.dovetail.cli.local.Languages;
import dev.dovetail.cli.local.LocalCall;
import dev.dovetail.cli.local.LocalRun;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.secret.Secrets;
import dev.dovetail.kernel.telemetry.log.LogSettings;
import dev.dovetail.kernel.telemetry.log.Loggers;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.spi.secret.Secret;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Runs a function once, here. */
@Command(
        name = "run",
        description = {"Runs a function once, here, with its real executor and without a server.", ""},
        footer = {
            "",
            "PATH is a source file, whose ending tells the language, or a folder, with a function.json if",
            "its files alone do not say how it is run. What the function logs and prints is shown on",
            "standard error as it comes, its answer on standard output. Ends with 0, with 1 if the function",
            "failed, with 2 if it was not called.",
            "",
            "Examples:",
            "  dovetail run handler.py --event event.json",
            "  dovetail run hello.star --input '{\"name\": \"world\"}'",
            "  dovetail run tells.star --input '{\"parts\": 2}' --stream",
            "  echo '{\"n\": 3}' | dovetail run square.js --event - --env LIMIT=9 --json"
        })
final class RunCommand implements Callable<Integer> {
    private static final int MEMORY = 256;
    private static final int TIMEOUT = 30;

    private final Screen screen;

    @Parameters(index = "0", paramLabel = "PATH", description = "A source file, or a folder.")
    private Path path = Path.of("");

    @Option(names = "--event", paramLabel = "FILE", description = "What it is called with: a JSON file, or - .")
    private Optional<String> event;

    @Option(names = "--input", paramLabel = "JSON", description = "The same, as JSON (default: {}).")
    private Optional<String> input;

    @Option(names = "--handler", paramLabel = "FILE.FUNCTION", description = "What is called, such as main.main.")
    private Optional<String> handler;

    @Option(names = "--runtime", paramLabel = "RUNTIME", description = "Such as python3.11, or python: the newest.")
    private Optional<String> runtime;

    @Option(names = "--env", paramLabel = "NAME=VALUE", description = "A variable of its environment; repeatable.")
    private Map<String, String> environment = new LinkedHashMap<>();

    @Option(names = "--secret", paramLabel = "NAME=VALUE", description = "A secret that it may read; repeatable.")
    private Map<String, String> secrets = new LinkedHashMap<>();

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "How long it may take (default: 30).")
    private Optional<Double> timeout;

    @Option(names = "--memory", paramLabel = "MB", description = "How much memory it may use (default: 256).")
    private Optional<Integer> memory;

    @Option(
            names = "--isolation",
            paramLabel = "LEVEL",
            defaultValue = "process",
            description = "Kept apart from this machine at least so far: process, standard or strict "
                    + "(default: ${DEFAULT-VALUE}).")
    private String isolation = "process";

    @Option(names = "--stream", description = "Shows pieces of the answer as they come, one in each line.")
    private boolean stream;

    @Option(
            names = "--pieces",
            paramLabel = "FILE",
            description = "Its streamed input: a JSON value in each line; with --stream.")
    private Optional<Path> pieces;

    @Option(names = "--json", description = "One JSON document with answer, log and times, for programs.")
    private boolean json;

    RunCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        // what the kernel tells of plugins that come and go is for operators
        Loggers.apply(new LogSettings(LogSettings.format("text"), LogSettings.usual(Level.ERROR)));
        Isolation atLeast = isolation();
        JsonNode given = given();
        Languages languages = Languages.in(Start.home().resolve("plugins"));
        Thread runs = Thread.currentThread();
        try (Source source = Source.of(path, languages, runtime, handler);
                LocalRun run = LocalRun.open(source.offer(), atLeast, cache());
                AtExit _ = AtExit.run(runs::interrupt, run::close, source::close)) {
            RunReport report = new RunReport(screen, source, json);
            return report.end(run.run(call(source, given, atLeast), report));
        } catch (Languages.NotChosen e) {
            throw new Main.Unusable("Cannot run " + path + ": " + e.getMessage());
        } catch (InterruptedException _) {
            return Main.REFUSED; // told to end, which needs no words
        } catch (PluginFailure e) {
            throw new Main.Unusable("Cannot run " + path + ": " + e.getMessage());
        }
    }

    /** The user's own, as other programs have theirs; never one that another user could write to. */
    private static Path cache() {
        String given = System.getProperty("dovetail.cache", "");
        String users = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
        Path caches = users.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(users);
        return given.isEmpty() ? caches.resolve("dovetail") : Path.of(given);
    }

    private JsonNode given() {
        if (event.isPresent() && input.isPresent()) {
            throw new Main.Unusable("Only one of --event and --input is possible at once");
        }
        return event.map(file -> file.equals("-") ? Input.json("-") : Input.json(Path.of(file)))
                .or(() -> input.map(Input::json))
                .orElseGet(Screen.JSON::createObjectNode);
    }

    private Optional<List<Bytes>> pieces() {
        if (pieces.isPresent() && !stream) {
            throw new Main.Unusable("--pieces is the input of a stream: give --stream too");
        }
        return stream ? Optional.of(pieces.map(Input::lines).orElse(List.of())) : Optional.empty();
    }

    private Isolation isolation() {
        for (Isolation each : Isolation.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(isolation)) {
                return each;
            }
        }
        throw new Main.Unusable(
                "Not a level of isolation: \"" + isolation + "\"; expected process, standard or strict");
    }

    private void checkSecrets() {
        for (String written : secrets.keySet()) {
            if (Secrets.name(written).isEmpty()) {
                throw new Main.Unusable("Not the name of a secret: \"" + written
                        + "\"; expected 1 to 64 letters, digits, - or _, a letter first");
            }
        }
    }

    /** What a server would refuse to call, instead of code that is given the reference as its value. */
    private void checkVariable(String name, String value) {
        if (name.isBlank()) {
            throw new Main.Unusable("Not a variable: \"" + name + "=" + value + "\"; expected NAME=VALUE");
        }
        Set<Name> given = secrets.keySet().stream()
                .flatMap(written -> Secrets.name(written).stream())
                .collect(Collectors.toSet());
        for (String written : Secret.named(value)) {
            if (Secrets.name(written).filter(given::contains).isEmpty()) {
                throw new Main.Unusable("The variable " + name + " refers to the secret \"" + written
                        + "\": give it with --secret " + written + "=VALUE");
            }
        }
    }

    private LocalCall call(Source source, JsonNode given, Isolation atLeast) {
        Described.check(source);
        checkSecrets();
        Map<String, String> all = source.environment();
        all.putAll(environment);
        all.forEach(this::checkVariable);
        JsonNode layers = source.said().path("layers");
        if (!layers.isEmpty() && !json) {
            screen.aside("warning: its layers are not here, since only a server has them: " + layers);
        }
        double seconds =
                timeout.orElse((double) source.said().path("timeoutSeconds").asInt(TIMEOUT));
        if (!(seconds > 0 && seconds <= 900)) {
            throw new Main.Unusable("Not a timeout: " + seconds + "; expected more than 0 and at most 900 seconds");
        }
        int megabytes = memory.orElse(source.said().path("memoryMb").asInt(MEMORY));
        if (megabytes < 16 || megabytes > 10_240) {
            throw new Main.Unusable("Not a size of memory: " + megabytes + "; expected 16 to 10240 MB");
        }
        return new LocalCall(
                source.name(),
                source.offer(),
                source.folder(),
                source.handler(),
                Bytes.given(Screen.JSON.writeValueAsBytes(given)),
                pieces(),
                all,
                secrets,
                source.limits(),
                megabytes,
                Duration.ofNanos((long) (seconds * 1e9)),
                atLeast);
    }
}
