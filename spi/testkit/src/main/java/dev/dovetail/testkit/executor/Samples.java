package dev.dovetail.testkit.executor;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.VersionId;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Values that only the kernel makes, made for tests. */
public final class Samples {
    public static final Limits LIMITS = new Limits(128, Duration.ofSeconds(30), 6 << 20, Map.of());

    private static final Invocation.Caller CALLER = new Invocation.Caller(
            "user",
            "ada",
            Name.of("default"),
            List.of("developer"),
            List.of("functions:invoke"),
            List.of("all"),
            Optional.empty());

    private Samples() {}

    /** A version of the function {@code sample} with this code. */
    public static Launch launch(String runtime, Path code, String handler) {
        return launch(runtime, code, handler, LIMITS, Map.of(), (execution, line) -> {});
    }

    public static Launch launch(
            String runtime,
            Path code,
            String handler,
            Limits limits,
            Map<String, String> environment,
            Launch.LogSink logs) {
        return launch(runtime, code, List.of(), handler, environment, limits, 1, logs);
    }

    /** The same with layers, and with so many calls at once in an instance. */
    public static Launch launch(
            String runtime,
            Path code,
            List<Path> layers,
            String handler,
            Map<String, String> environment,
            Limits limits,
            int concurrency,
            Launch.LogSink logs) {
        Digest digest = Digest.of(code.toString().getBytes(StandardCharsets.UTF_8));
        return new Launch(
                new VersionId(Name.of("default"), Name.of("sample"), 1, digest),
                runtime,
                code,
                layers,
                handler,
                environment,
                limits,
                Launch.Isolation.PROCESS,
                Launch.Egress.NONE,
                Set.of(),
                concurrency,
                logs);
    }

    /** The same with this secret under the name {@code TOKEN}. */
    public static Invocation invocation(String input, Secret token) {
        Invocation plain = invocation(input);
        return new Invocation(
                plain.executionId(),
                plain.attempt(),
                plain.entry(),
                plain.input(),
                plain.attributes(),
                plain.caller(),
                Map.of("TOKEN", token),
                plain.deadline());
    }

    /** A first attempt of a workflow's main code with this JSON as input. */
    public static Invocation workflow(String input) {
        return workflow(input, new Entry.Main());
    }

    /** A first attempt of this part of a workflow. */
    public static Invocation workflow(String input, Entry entry) {
        Invocation plain = invocation(input);
        Map<String, String> attributes = new HashMap<>(plain.attributes());
        attributes.put("kind", "workflow");
        return new Invocation(
                plain.executionId(),
                plain.attempt(),
                entry,
                plain.input(),
                attributes,
                plain.caller(),
                Map.of(),
                plain.deadline());
    }

    /** A first attempt of the main code with this JSON as input. */
    public static Invocation invocation(String input) {
        return new Invocation(
                UUID.randomUUID().toString(),
                1,
                new Entry.Main(),
                Bytes.utf8(input),
                Map.of(
                        "correlation-id",
                        "c-1",
                        "traceparent",
                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
                CALLER,
                Map.of(),
                Instant.now().plusSeconds(60));
    }
}
