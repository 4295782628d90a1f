package dev.dovetail.executor.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.executor.flow.jq.Budget;
import dev.dovetail.executor.flow.jq.Room;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.spi.host.Host;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs pieces of workflows, for tests. */
final class Flows {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final String HEAD = "document: {dsl: '1.0.3', namespace: test, name: piece, version: '0.1.0'}\n";

    private Flows() {}

    static Executor executor() {
        return new FlowExecutor(
                Thread.ofVirtual().factory(),
                Thread.ofPlatform().stackSize(Budget.DEEP_STACK).factory(),
                new Room(1L << 30));
    }

    /** A workflow of this, without its head. */
    static Launch launch(String text) {
        return launch("workflow.yaml", HEAD + text, Map.of());
    }

    static Launch launch(String file, String text, Map<String, String> environment) {
        try {
            Path folder = Files.createTempDirectory(Path.of("target"), "flow");
            Files.writeString(folder.resolve(file), text);
            return Samples.launch(
                    "serverless-workflow",
                    folder,
                    "workflow.main",
                    Samples.LIMITS,
                    environment,
                    (execution, line) -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Outcome run(Launch launch, String input, Host host) {
        try (Executor executor = executor();
                Instance instance = executor.start(launch)) {
            return instance.invoke(Samples.invocation(input), host);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonNode answer(String text, String input, Host host) {
        return answer(run(launch(text), input, host));
    }

    static JsonNode answer(String text, String input) {
        return answer(text, input, new FakeHost());
    }

    static JsonNode answer(Outcome outcome) {
        if (outcome instanceof Outcome.Returned returned) {
            return json(returned.body().text());
        }
        throw new AssertionError("Did not return: "
                + (outcome instanceof Outcome.Failed failed
                        ? failed.fault() + " " + failed.fault().details().text()
                        : outcome));
    }

    static Fault fault(Outcome outcome) {
        if (outcome instanceof Outcome.Failed failed) {
            return failed.fault();
        }
        throw new AssertionError("Did not fail: "
                + (outcome instanceof Outcome.Returned returned
                        ? returned.body().text()
                        : outcome));
    }

    static JsonNode error(Outcome outcome) {
        return json(fault(outcome).details().text()).path("error");
    }

    static List<Problem> problems(String text) {
        try (Executor executor = executor()) {
            return executor.inspect(launch(text)).stream()
                    .filter(problem -> !problem.code().startsWith("USES_")) // of which UsesTest tells
                    .toList();
        }
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
