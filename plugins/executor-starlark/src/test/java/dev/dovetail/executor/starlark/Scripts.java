package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.bytecode.AtOnce;
import dev.dovetail.executor.starlark.eval.Backend;
import dev.dovetail.executor.starlark.value.Room;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Runs pieces of Starlark as functions, for tests. */
final class Scripts {
    /** The backend that these tests are about, as the build says: they all run on each. */
    static final Backend BACKEND = switch (System.getProperty("starlark.backend", "bytecode")) {
        case "bytecode" -> new AtOnce();
        case "walker" -> Backend.WALKER;
        default -> throw new IllegalArgumentException("Not a backend: " + System.getProperty("starlark.backend"));
    };

    private Scripts() {}

    /** An executor on that backend. */
    static Executor executor() {
        return executorWithin(new Room(2L << 30));
    }

    /** The same, whose calls hold no more than this together. */
    static Executor executorWithin(Room room) {
        return new StarlarkExecutor(BACKEND, Thread.ofVirtual().factory(), room);
    }

    /** The code as the file that the handler {@code main.main} names. */
    static Launch launch(Path folder, String code) {
        return launch(folder, code, Samples.LIMITS);
    }

    static Launch launch(Path folder, String code, Limits limits) {
        try {
            Files.writeString(folder.resolve("main.star"), code);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Samples.launch("starlark", folder, "main.main", limits, Map.of(), (execution, line) -> {});
    }

    static Limits limits(long steps, int memoryMb) {
        return new Limits(memoryMb, Duration.ofSeconds(30), 6 << 20, Map.of("steps", steps));
    }

    static Outcome run(Launch launch, String input, Host host) {
        try (Executor executor = executor();
                Instance instance = executor.start(launch)) {
            return instance.invoke(Samples.invocation(input), host);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static Outcome run(Path folder, String code, String input) {
        return run(launch(folder, code), input, new FakeHost());
    }

    /** What the code returned, as JSON text. */
    static String answer(Path folder, String code, String input) {
        return answer(run(folder, code, input));
    }

    static String answer(Outcome outcome) {
        if (outcome instanceof Outcome.Returned returned) {
            return returned.body().text();
        }
        throw new AssertionError("Did not return: "
                + (outcome instanceof Outcome.Failed failed
                        ? failed.fault() + " " + failed.fault().details().text()
                        : outcome));
    }

    static Outcome.Failed failure(Outcome outcome) {
        if (outcome instanceof Outcome.Failed failed) {
            return failed;
        }
        throw new AssertionError("Did not fail: "
                + (outcome instanceof Outcome.Returned returned
                        ? returned.body().text()
                        : outcome));
    }
}
