package dev.dovetail.cli.local;

import dev.dovetail.kernel.config.Configs;
import dev.dovetail.kernel.plugin.Lease;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.PluginSettings;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.record.Ids;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.secret.Disclosed;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Config;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Fault.Owner;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.VersionId;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Launch.Egress;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.spi.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * One executor's plugin, loaded and opened the kernel's way, and nothing else: runs functions without a server. Used by one
 * thread; closing it, from any, ends what runs and deletes what it had on the disk.
 */
public final class LocalRun implements AutoCloseable {
    /** The SPI that the kernel beside this offers. */
    private static final String SPI_VERSION = "0.1.0";

    private static final int LARGEST_ANSWER = 6 * 1024 * 1024;
    private static final String AT_MOST = "isolation-at-most";

    private final Schemas schemas = new Schemas();
    private final Offer offer;
    private final Path folder;
    private final Plugins plugins;
    private boolean closed;

    private LocalRun(Offer offer, Isolation atLeast, Path folder, Path cache) throws IOException {
        this.offer = offer;
        this.folder = folder;
        Path shipped = Files.createDirectory(folder.resolve("shipped"));
        Files.copy(offer.jar(), shipped.resolve(offer.jar().getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        Path data = Files.createDirectory(folder.resolve("data"));
        keep(cache, data.resolve("cache"));
        Configs configs = new Configs(schemas);
        this.plugins = new Plugins(
                new PluginSettings(
                        shipped,
                        data,
                        SPI_VERSION,
                        List.of(),
                        List.of(),
                        true,
                        InstantSource.system(),
                        PluginSettings.Times.USUAL),
                (slot, schema, values) -> config(configs, slot, schema, values, atLeast));
    }

    /** What plugins may keep, such as compiled code, lasts longer than this run where the folder can be made. */
    private static void keep(Path cache, Path link) {
        try {
            Files.createDirectories(cache);
            if (Files.isWritable(cache)) {
                Files.createSymbolicLink(link, cache.toAbsolutePath());
            }
        } catch (IOException | UnsupportedOperationException _) {
            // the next run will take as long as this one
        }
    }

    /** More walls than were asked for cost a start its time: on one's own machine a process is enough. */
    private static Config config(Configs configs, String slot, String schema, ObjectNode values, Isolation atLeast) {
        return configs.check(
                slot,
                schema,
                schema.contains("\"" + AT_MOST + "\"")
                        ? values.deepCopy().put(AT_MOST, atLeast.name().toLowerCase(Locale.ROOT))
                        : values);
    }

    /**
     * Loads the plugin of a runtime.
     *
     * @param atLeast how far the code is to be kept apart from the machine; no more is tried
     * @param cache where plugins may keep things between two runs; used if it is there or can be made
     * @throws UncheckedIOException if there is no room for it on the disk
     */
    public static LocalRun open(Offer offer, Isolation atLeast, Path cache) throws InterruptedException {
        try {
            LocalRun opened = new LocalRun(offer, atLeast, Files.createTempDirectory("dovetail-run-"), cache);
            opened.plugins.start();
            return opened;
        } catch (IOException e) {
            throw new UncheckedIOException("No folder for the run can be made", e);
        }
    }

    /**
     * Runs a function once, and returns when its code has ended or was stopped.
     *
     * @throws PluginFailure if not the function fails, but what should run it
     */
    public LocalEnd run(LocalCall call, Listener listener) throws InterruptedException {
        LocalSecrets secrets = new LocalSecrets(call.secrets());
        Disclosed disclosed = new Disclosed();
        secrets.all().forEach(disclosed::add);
        Listener heard = new Concealing(listener, disclosed);
        Launch launch = launch(call, heard);
        try (Lease<Executor> lease =
                plugins.findExecutor(offer.type()).orElseThrow(this::notThere).lease()) {
            LocalEnd end = lease.use(executor -> run(executor, launch, call, secrets, heard));
            return end instanceof LocalEnd.Failed(Fault fault, LocalEnd.Times times)
                    ? new LocalEnd.Failed(disclosed.conceal(fault), times)
                    : end;
        }
    }

    private IllegalStateException notThere() {
        return new IllegalStateException(
                "The plugin " + offer.jar().getFileName() + " was not loaded: " + plugins.list());
    }

    private LocalEnd run(Executor executor, Launch launch, LocalCall call, LocalSecrets secrets, Listener listener)
            throws InterruptedException {
        long begun = System.nanoTime();
        Instance started;
        try {
            started = executor.start(launch);
        } catch (PluginException e) {
            return new LocalEnd.NotStarted(why(executor, launch, e));
        }
        try (Instance instance = started) {
            Duration start = Duration.ofNanos(System.nanoTime() - begun);
            begun = System.nanoTime();
            Outcome outcome;
            boolean late;
            LocalHost host = new LocalHost(listener, schemas, secrets, call.pieces());
            Alarm alarm = new Alarm(call.timeout());
            try (host;
                    alarm) {
                outcome = instance.invoke(invocation(call, secrets), host);
                late = alarm.rang();
            }
            LocalEnd.Times times = new LocalEnd.Times(
                    start,
                    Duration.ofNanos(System.nanoTime() - begun),
                    outcome.usage(),
                    executor.isolation().map(level -> level.name().toLowerCase(Locale.ROOT)));
            return end(outcome, late, times, call);
        }
    }

    /** Why it does not start: told best by who looks at the code, if the code is to blame. */
    private static List<Problem> why(Executor executor, Launch launch, PluginException e) {
        List<Problem> problems = e.kind() == PluginException.Kind.REJECTED ? executor.inspect(launch) : List.of();
        List<Problem> errors = problems.stream()
                .filter(each -> each.severity() == Problem.Severity.ERROR)
                .toList();
        return errors.isEmpty() ? List.of(Placed.problem(e)) : errors;
    }

    /** What is no JSON that everybody reads alike is refused by the server too. */
    private LocalEnd returned(Bytes body, LocalEnd.Times times) {
        try {
            schemas.checkJson(body);
            return new LocalEnd.Returned(body, times);
        } catch (Schemas.Malformed e) {
            String told = "The answer is no JSON value: " + e.getMessage();
            return new LocalEnd.Failed(Fault.of(Fault.CODE, Owner.FUNCTION, told), times);
        }
    }

    private LocalEnd end(Outcome outcome, boolean late, LocalEnd.Times times, LocalCall call) {
        return switch (outcome) {
            case Outcome.Returned returned -> returned(returned.body(), times);
            case Outcome.Failed failed when !late -> new LocalEnd.Failed(failed.fault(), times);
            case Outcome.Suspended _ ->
                new LocalEnd.Failed(
                        Fault.of(
                                Fault.UNSUPPORTED,
                                Owner.FUNCTION,
                                "The function waits, which needs a durable execution, so a server"),
                        times);
            case Outcome.Stopped _
            when !late ->
                new LocalEnd.Failed(
                        Fault.of(Fault.CANCELED, Owner.CALLER, "The run was interrupted, and its code has stopped"),
                        times);
            case Outcome.Failed _, Outcome.Stopped _ ->
                new LocalEnd.Failed(
                        Fault.of(
                                Fault.TIMEOUT,
                                Owner.FUNCTION,
                                "The function did not end within "
                                        + call.timeout().toMillis() / 1000.0
                                        + " s and was stopped; --timeout gives it more"),
                        times);
        };
    }

    private Launch launch(LocalCall call, Listener listener) {
        Map<String, Long> own = new HashMap<>();
        schemas.parse(offer.limitsSchema()).path("properties").properties().forEach(each -> {
            if (each.getValue().path("default").isIntegralNumber()) {
                own.put(each.getKey(), each.getValue().get("default").longValue());
            }
        });
        own.putAll(call.limits());
        return new Launch(
                new VersionId(Name.of("local"), call.name(), 1, Digest.of(new byte[0])),
                offer.runtime(),
                call.code(),
                List.of(),
                call.handler(),
                call.environment(),
                new Limits(call.memoryMb(), call.timeout(), LARGEST_ANSWER, own),
                call.atLeast(),
                Egress.NONE,
                Set.of(),
                1,
                (_, text) -> listener.print(text));
    }

    private static Invocation invocation(LocalCall call, LocalSecrets secrets) {
        Instant now = Instant.now();
        String id = Ids.next(now);
        Map<String, Secret> referred = new HashMap<>();
        call.environment().values().forEach(value -> referred.putAll(secrets.in(value)));
        return new Invocation(
                id,
                1,
                new Entry.Main(),
                call.input(),
                Map.of("correlation-id", id, "mode", "sync"),
                new Invocation.Caller(
                        "user",
                        System.getProperty("user.name", "local"),
                        Name.of("local"),
                        List.of(),
                        List.of(),
                        List.of(),
                        Optional.empty()),
                referred,
                now.plus(call.timeout()));
    }

    /** Ends everything. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            plugins.close();
            Scratch.delete(folder);
        }
    }
}
