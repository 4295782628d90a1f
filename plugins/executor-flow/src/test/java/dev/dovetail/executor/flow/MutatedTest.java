package dev.dovetail.executor.flow;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.testkit.FirstRunCounts;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a document is, it is run or refused in words; and whatever it does, it ends with an outcome. */
@FirstRunCounts
final class MutatedTest {
    private static final int ROUNDS = Integer.getInteger("flow.rounds", 400);
    private static final String[] VALUES = {
        "null",
        "true",
        "0",
        "-1",
        "1e99",
        "\"\"",
        "\"x\"",
        "\"${ . }\"",
        "\"${ .a.b }\"",
        "\"${ 1, 2 }\"",
        "\"${\"",
        "[]",
        "{}",
        "[[]]",
        "{\"a\":1}",
        "[{\"a\":{\"set\":{}}}]",
        "\"PT1S\"",
        "\"end\"",
        "\"http\"",
        "\"dovetail.log\"",
        "{\"seconds\":1}",
        "\"${ $error }\"",
        "{\"with\":{\"type\":\"x\"}}",
        "\"${ $task.input }\""
    };
    private static final String[] KEYS = {
        "if",
        "then",
        "do",
        "set",
        "for",
        "in",
        "each",
        "while",
        "fork",
        "branches",
        "compete",
        "try",
        "catch",
        "retry",
        "raise",
        "error",
        "wait",
        "call",
        "with",
        "run",
        "workflow",
        "emit",
        "event",
        "listen",
        "to",
        "one",
        "any",
        "all",
        "timeout",
        "after",
        "input",
        "from",
        "output",
        "as",
        "export",
        "switch",
        "when",
        "use",
        "functions",
        "delay",
        "backoff",
        "limit",
        "jitter",
        "status",
        "type",
        "data",
        "method",
        "endpoint",
        "headers",
        "query",
        "body",
        "metadata",
        "compensatedBy"
    };

    @TempDir
    Path folder;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private static void containers(JsonNode node, List<ContainerNode<?>> all) {
        if (node instanceof ContainerNode<?> container) {
            all.add(container);
            container.forEach(each -> containers(each, all));
        }
    }

    private JsonNode value(JsonNode document) {
        if (random.nextInt(3) == 0) {
            List<ContainerNode<?>> all = new ArrayList<>();
            containers(document, all);
            return all.get(random.nextInt(all.size())).deepCopy();
        }
        return Flows.json(VALUES[random.nextInt(VALUES.length)]);
    }

    private void mutate(JsonNode document) {
        List<ContainerNode<?>> all = new ArrayList<>();
        containers(document, all);
        switch (all.get(random.nextInt(all.size()))) {
            case ObjectNode object -> {
                List<String> keys = new ArrayList<>();
                object.fieldNames().forEachRemaining(keys::add);
                String key = keys.isEmpty() || random.nextInt(4) == 0
                        ? KEYS[random.nextInt(KEYS.length)]
                        : keys.get(random.nextInt(keys.size()));
                if (random.nextInt(4) == 0) {
                    object.remove(key);
                } else {
                    object.set(key, value(document));
                }
            }
            case ArrayNode array -> {
                if (array.isEmpty() || random.nextInt(3) == 0) {
                    array.add(value(document));
                } else {
                    array.set(random.nextInt(array.size()), value(document));
                }
            }
            default -> {}
        }
    }

    private static HostReply reply(HostCall call) {
        return switch (call) {
            case HostCall.Http _ -> FakeHost.json("{\"status\":200,\"headers\":{},\"body\":\"{}\"}");
            case HostCall.Now _ -> FakeHost.json("\"2026-11-21T08:00:00.000Z\"");
            case HostCall.Random _ -> FakeHost.json("\"" + "5a".repeat(16) + "\"");
            default -> FakeHost.json("{\"total\":1,\"order\":\"o-1\"}");
        };
    }

    @Test
    void itIsRunOrRefusedInWords() throws Exception {
        Path file = folder.resolve("workflow.json");
        Launch launch = Samples.launch(
                "serverless-workflow",
                folder,
                "workflow.main",
                new Limits(128, Duration.ofSeconds(30), 6 << 20, Map.of("steps", 20_000L)),
                Map.of("SHOP", "https://shop.example.com"),
                (execution, line) -> {});
        List<JsonNode> seeds = List.of(order(file, launch), many());
        int ran = 0;
        try (Executor executor = Flows.executor()) {
            for (int round = 0; round < ROUNDS; round++) {
                JsonNode document = seeds.get(round % seeds.size()).deepCopy();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    mutate(document);
                }
                Files.writeString(file, document.toString());
                try {
                    List<Problem> problems = executor.inspect(launch);
                    if (problems.stream().noneMatch(each -> each.severity() == Problem.Severity.ERROR)) {
                        ran++;
                        try (Instance instance = executor.start(launch)) {
                            instance.invoke(
                                    Samples.invocation("{\"id\":\"o-1\",\"items\":[\"a\"]}"),
                                    new FakeHost(MutatedTest::reply));
                        }
                    }
                } catch (RuntimeException e) {
                    fail("seed " + seed + ", round " + round + ": " + document, e);
                }
            }
        }
        assertTrue(ran > ROUNDS / 40, "of " + ROUNDS + " only " + ran + " ran");
    }

    /** The example, as JSON: what a workflow sees of its own definition. */
    private static JsonNode order(Path file, Launch launch) throws Exception {
        String text = Files.readString(Path.of("../../distribution/examples/order-flow/workflow.yaml"))
                .replaceAll("(?m)^timeout:\\n  after: P30D\\n", "")
                .replaceFirst(
                        "(?m)^do:$",
                        Matcher.quoteReplacement("do:\n  - self: {set: '${ $workflow.definition }', then: end}"));
        Path yaml = file.resolveSibling("workflow.yaml");
        Files.writeString(yaml, text);
        try {
            ObjectNode definition =
                    (ObjectNode) Flows.answer(Flows.run(launch, "{}", new FakeHost(MutatedTest::reply)));
            ((ArrayNode) definition.get("do")).remove(0);
            return definition;
        } finally {
            Files.delete(yaml);
        }
    }

    private static JsonNode many() {
        return Flows.json("""
                {"document": {"dsl": "1.0.0", "namespace": "a", "name": "b", "version": "1.0.0"},
                 "use": {"functions": {"f": {"set": {"x": 1}}}, "retries": {"r": {"delay": "PT1S"}}, "timeouts": {"t": {"after": "PT1S"}}},
                 "do": [
                   {"a": {"for": {"in": "[1,2]"}, "while": "$index < 5", "do": [{"b": {"wait": {"seconds": 1}}}]}},
                   {"c": {"try": [{"d": {"raise": {"error": {"type": "x", "status": 400}}}}], "catch": {"retry": "r", "do": [{"e": {"call": "f"}}]}}},
                   {"g": {"fork": {"compete": true, "branches": [{"h": {"call": "dovetail.now"}}, {"i": {"call": "other", "with": {"n": "${ . }"}, "metadata": {"compensatedBy": "f"}}}]}}},
                   {"j": {"emit": {"event": {"with": {"type": "t", "source": "s", "data": "${ . }"}}}}},
                   {"k": {"listen": {"to": {"all": [{"with": {"type": "t", "data": ".total == 1"}}]}}, "export": {"as": "{k: .}"}}},
                   {"l": {"call": "http", "with": {"method": "get", "endpoint": {"uri": "https://a/{id}", "authentication": {"bearer": "x"}}, "query": {"q": 1}, "headers": {"h": "1"}}, "input": {"from": "{id: 1}"}, "metadata": {"compensatedBy": {"call": "other", "with": "${ [.output, $context] }"}}}},
                   {"m": {"switch": [{"n": {"when": ".x == 1", "then": "end"}}, {"o": {"then": "exit"}}]}}]}""");
    }
}
