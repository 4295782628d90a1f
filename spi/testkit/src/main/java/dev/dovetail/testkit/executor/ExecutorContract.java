package dev.dovetail.testkit.executor;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.spi.secret.Secret;
import dev.dovetail.testkit.Rule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules for executors in {@code docs/spi/executor.md}, as tests. Implement it, say where the samples are, and run. */
public interface ExecutorContract extends GuestContract, LimitsContract, DeployContract {
    @Test
    @Rule("executor/1")
    default void returnsWhatTheFunctionReturned(Executor executor, Context context) throws Exception {
        List<String> inputs = List.of(
                "{\"a\":[1,2.5,true,null],\"b\":{\"c\":\"\"}}",
                "{\"z\":1,\"a\":{\"y\":2,\"b\":[{\"x\":3,\"c\":4}]}}",
                "\"\u00fc \ud83d\ude00 \\\" \\\\ \\n\"",
                "9007199254740991",
                "[]",
                "[[[{}]]]");
        try (Instance instance = executor.start(launch(context, Sample.ECHO))) {
            for (String input : inputs) {
                assertEquals(input, returned(invoke(instance, input, new FakeHost())));
            }
        }
    }

    @Test
    @Rule("executor/2")
    default void aFunctionThatThrowsFailsByItsOwnFaultAndTheInstanceStaysUsable(Executor executor, Context context)
            throws Exception {
        try (Instance instance = executor.start(launch(context, Sample.THROW))) {
            for (int i = 0; i < 2; i++) {
                Fault fault = failed(invoke(instance, "{}", new FakeHost()));
                assertEquals(Fault.CODE, fault.id());
                assertEquals(Fault.Owner.FUNCTION, fault.owner());
                assertTrue(fault.message().contains("out of cheese"), fault.message());
                assertTrue(instance.usable());
            }
        }
    }

    @Test
    @Rule("executor/3")
    default void aFunctionThatEndsItsProcessHasCrashed(Executor executor, Context context) throws Exception {
        assumeTrue(provider().trust() == ExecutorProvider.Trust.WORKER, "functions run in this process");
        try (Instance instance = executor.start(launch(context, Sample.EXIT))) {
            assertEquals(
                    Fault.CRASHED,
                    failed(invoke(instance, "{}", new FakeHost())).id());
            assertFalse(instance.usable());
        }
    }

    @Test
    @Rule("executor/4")
    default void interruptingACallStopsItWithinASecond(Executor executor, Context context) throws Exception {
        for (Sample sample : List.of(Sample.LOOP, Sample.WAIT)) {
            try (Instance instance = executor.start(launch(context, sample))) {
                FakeHost host = new FakeHost().holding();
                Call call = Call.of(instance, Samples.invocation("{}"), host);
                if (sample == Sample.LOOP) {
                    host.awaitTold();
                } else {
                    host.awaitAsked(1);
                }
                call.interrupt();
                assertInstanceOf(Outcome.Stopped.class, call.outcome(Duration.ofSeconds(1)));
            }
        }
    }

    @Test
    @Rule("executor/5")
    default void startReturnsWhenTheFirstCallCanCome(Executor executor, Context context) throws Exception {
        for (int i = 0; i < 3; i++) {
            try (Instance instance = executor.start(launch(context, Sample.ECHO))) {
                assertTrue(instance.usable());
                assertEquals("1", returned(invoke(instance, "1", new FakeHost())));
            }
        }
    }

    @Test
    @Rule("executor/6")
    default void interruptingStartLeavesNothing(Executor executor, Context context) throws Exception {
        Thread.currentThread().interrupt();
        try (Instance instance = executor.start(launch(context, Sample.ECHO))) {
            // so quick that it did not notice: then it is an instance like any other
            assertTrue(instance.usable());
        } catch (InterruptedException gaveUp) {
            assertFalse(Thread.currentThread().isInterrupted());
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    @Rule("executor/7")
    default void closingTwiceDoesNothing(Executor executor, Context context) throws Exception {
        Instance instance = executor.start(launch(context, Sample.ECHO));
        instance.close();
        assertDoesNotThrow(instance::close);
        assertFalse(instance.usable());
        assertInstanceOf(Outcome.Failed.class, invoke(instance, "{}", new FakeHost()));
    }

    @Test
    @Rule("executor/8")
    default void closingDuringACallFailsIt(Executor executor, Context context) throws Exception {
        for (Sample sample : List.of(Sample.LOOP, Sample.WAIT)) {
            Instance instance = executor.start(launch(context, sample));
            FakeHost host = new FakeHost().holding();
            Call call = Call.of(instance, Samples.invocation("{}"), host);
            if (sample == Sample.LOOP) {
                host.awaitTold();
            } else {
                host.awaitAsked(1);
            }
            instance.close();
            Fault fault = failed(call.outcome(Duration.ofSeconds(2)));
            assertTrue(fault.owner() != Fault.Owner.FUNCTION, "closing is no fault of the function's: " + fault);
            assertFalse(instance.usable());
        }
    }

    @Test
    @Rule("executor/9")
    default void whatIsPrintedGoesToTheSinkLineByLine(Executor executor, Context context) throws Exception {
        Lines lines = new Lines();
        try (Instance instance = executor.start(launch(context, Sample.PRINT, Samples.LIMITS, Map.of(), lines))) {
            for (int i = 0; i < 2; i++) {
                Invocation invocation = Samples.invocation("{}");
                assertEquals("\"done\"", returned(instance.invoke(invocation, new FakeHost())));
                lines.await(2 * i + 2);
                assertEquals(
                        Collections.nCopies(2, Optional.of(invocation.executionId())),
                        lines.executions().subList(2 * i, 2 * i + 2),
                        "the executions that the lines belong to");
            }
        }
        assertEquals(List.of("one", "two", "one", "two"), lines.texts());
    }

    @Test
    @Rule("executor/10")
    default void theEnvironmentIsThere(Executor executor, Context context) throws Exception {
        Map<String, String> environment = Map.of("COLOUR", "deep \"blue\"");
        try (Instance instance =
                executor.start(launch(context, Sample.ENVIRONMENT, Samples.LIMITS, environment, new Lines()))) {
            assertEquals("\"deep \\\"blue\\\"\"", returned(invoke(instance, "{}", new FakeHost())));
        }
        try (Instance instance = executor.start(launch(context, Sample.ENVIRONMENT))) {
            assertEquals("null", returned(invoke(instance, "{}", new FakeHost())));
        }
    }

    @Test
    @Rule("executor/11")
    default void aSecretPrintsItselfNowhere(Executor executor, Context context) throws Exception {
        String value = "swordfish-0451";
        Secret secret = new Secret(value, "1", Optional.empty(), List.of());
        for (Sample sample : List.of(Sample.ECHO, Sample.THROW, Sample.PRINT)) {
            Lines lines = new Lines();
            try (Instance instance = executor.start(launch(context, sample, Samples.LIMITS, Map.of(), lines))) {
                Outcome outcome = instance.invoke(Samples.invocation("{}", secret), new FakeHost());
                String shown = outcome + " " + lines.texts() + " " + instance
                        + (outcome instanceof Outcome.Failed failed
                                ? failed.fault().details().text()
                                : "");
                assertFalse(shown.contains(value), shown);
            }
        }
    }

    @Test
    @Rule("executor/12")
    default void theCodeDirectoryIsNotWrittenTo(Executor executor, Context context) throws Exception {
        var launch = launch(context, Sample.ECHO);
        Map<String, Digest> before = contents(launch.code());
        executor.inspect(launch);
        try (Instance instance = executor.start(launch)) {
            returned(invoke(instance, "{}", new FakeHost()));
        }
        assertEquals(before, contents(launch.code()));
    }

    private static Map<String, Digest> contents(Path folder) throws Exception {
        Map<String, Digest> contents = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.toList()) {
                MessageDigest digest = Digest.sha256();
                digest.update(Files.getLastModifiedTime(path).toString().getBytes(StandardCharsets.UTF_8));
                if (Files.isRegularFile(path)) {
                    digest.update(Files.readAllBytes(path));
                }
                contents.put(folder.relativize(path).toString(), Digest.of(digest));
            }
        }
        return contents;
    }

    @Test
    @Rule("executor/13")
    default void twoInstancesShareNothing(Executor executor, Context context) throws Exception {
        var launch = launch(context, Sample.REMEMBER);
        try (Instance one = executor.start(launch);
                Instance other = executor.start(launch)) {
            assertEquals("1", returned(invoke(one, "{}", new FakeHost())));
            assertEquals("1", returned(invoke(other, "{}", new FakeHost())));
        }
    }
}
