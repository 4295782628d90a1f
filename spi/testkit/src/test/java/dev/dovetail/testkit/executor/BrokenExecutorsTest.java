package dev.dovetail.testkit.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.testkit.Workshop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The executors' contract finds each of these, which break one rule and keep the others. */
final class BrokenExecutorsTest {
    @TempDir
    Path samples;

    /** An executor like the fake one, with what a call is given and what comes of it changed. */
    private record Changed(Executor executor, UnaryOperator<Launch> asked, Answers answers) implements Executor {
        @Override
        public List<Problem> inspect(Launch launch) {
            return executor.inspect(asked.apply(launch));
        }

        @Override
        public Instance start(Launch launch) throws InterruptedException {
            return new ChangedInstance(executor.start(asked.apply(launch)), launch, answers);
        }

        @Override
        public void close() {
            executor.close();
        }
    }

    @FunctionalInterface
    private interface Answers {
        Outcome of(Launch launch, Invocation invocation, Outcome outcome);
    }

    private record ChangedInstance(Instance instance, Launch launch, Answers answers) implements Instance {
        @Override
        public Outcome invoke(Invocation invocation, Host host) {
            return answers.of(launch, invocation, instance.invoke(invocation, host));
        }

        @Override
        public boolean usable() {
            return instance.usable();
        }

        @Override
        public void close() {
            instance.close();
        }
    }

    private record Provider(String name, String handler, UnaryOperator<Executor> change) implements ExecutorProvider {
        @Override
        public Name type() {
            return Name.of("fake");
        }

        @Override
        public List<Runtime> runtimes() {
            return name.equals("none") ? List.of() : List.of(new Runtime(name, ".fake", handler, Optional.empty()));
        }

        @Override
        public Trust trust() {
            return Trust.IN_PROCESS;
        }

        @Override
        public Set<Ability> abilities() {
            return Set.of();
        }

        @Override
        public Executor open(Config config, Context context) {
            return change.apply(new FakeExecutor(Map.of(
                    "echo", (launch, invocation, host) -> invocation.input(), "print", (launch, invocation, host) -> {
                        launch.logs().line(Optional.of(invocation.executionId()), "one");
                        launch.logs().line(Optional.of(invocation.executionId()), "two");
                        return Bytes.utf8("\"done\"");
                    })));
        }
    }

    private final class Suite implements ExecutorContract {
        private final ExecutorProvider provider;

        Suite(ExecutorProvider provider) {
            this.provider = provider;
        }

        @Override
        public ExecutorProvider provider() {
            return provider;
        }

        @Override
        public Path sample(Sample which) {
            try {
                return Files.writeString(
                        samples.resolve(which + ".fake"), which.name().toLowerCase(Locale.ROOT) + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private interface OneTest {
        void run(ExecutorContract contract, Executor executor, Context context) throws Exception;
    }

    /** What is wrong with it, the provider, the test that finds it, and what the failure says. */
    private record Broken(String what, ExecutorProvider provider, OneTest test, String words) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static ExecutorProvider answering(Answers answers) {
        return new Provider("fake", "main.main", fake -> new Changed(fake, launch -> launch, answers));
    }

    private static ExecutorProvider asked(UnaryOperator<Launch> asked) {
        return new Provider("fake", "main.main", fake -> new Changed(fake, asked, (launch, invocation, it) -> it));
    }

    private static Launch with(Launch launch, String handler, Limits limits, Launch.LogSink logs) {
        return new Launch(
                launch.version(),
                launch.runtime(),
                launch.code(),
                launch.layers(),
                handler,
                launch.environment(),
                limits,
                launch.atLeast(),
                launch.egress(),
                launch.capabilities(),
                launch.concurrency(),
                logs);
    }

    private static Launch handler(Launch launch, String handler) {
        return with(launch, handler, launch.limits(), launch.logs());
    }

    private static Outcome sorted(Launch launch, Invocation invocation, Outcome outcome) {
        String text = invocation.input().text();
        return text.startsWith("{\"z\":1,")
                ? new Outcome.Returned(
                        Bytes.utf8("{" + text.substring(7, text.length() - 1) + ",\"z\":1}"),
                        Map.of(),
                        Outcome.Usage.NONE)
                : outcome;
    }

    private static Outcome measuredInCharacters(Launch launch, Invocation invocation, Outcome outcome) {
        Bytes input = invocation.input();
        return input.text().length() > launch.limits().outputBytes()
                ? new Outcome.Failed(Fault.of(Fault.CODE, Fault.Owner.FUNCTION, "too long"), Outcome.Usage.NONE)
                : new Outcome.Returned(input, Map.of(), Outcome.Usage.NONE);
    }

    static Stream<Broken> broken() {
        return Stream.of(
                new Broken(
                        "keys are sorted",
                        answering(BrokenExecutorsTest::sorted),
                        ExecutorContract::returnsWhatTheFunctionReturned,
                        "expected: <{\"z\":1"),
                new Broken(
                        "any function of a file is taken",
                        asked(launch -> handler(launch, launch.handler().replace(".nope", ".main"))),
                        DeployContract::aHandlerThatIsNotThereIsAProblem,
                        "takes the handler \"main.nope\""),
                new Broken(
                        "a handler may lead out of the code",
                        asked(launch -> handler(launch, launch.handler().replaceFirst(".*/", ""))),
                        DeployContract::aHandlerThatIsNotThereIsAProblem,
                        "takes the handler \"../code"),
                new Broken(
                        "lines belong to no execution",
                        asked(launch -> with(
                                launch,
                                launch.handler(),
                                launch.limits(),
                                (_, line) -> launch.logs().line(Optional.empty(), line))),
                        ExecutorContract::whatIsPrintedGoesToTheSinkLineByLine,
                        "the executions that the lines belong to"),
                new Broken(
                        "an answer is measured in characters",
                        answering(BrokenExecutorsTest::measuredInCharacters),
                        LimitsContract::anAnswerThatIsTooLongIsAFault,
                        "Failed"),
                new Broken(
                        "a runtime without a function in its handler",
                        new Provider("fake", "main", fake -> fake),
                        ExecutorContract::returnsWhatTheFunctionReturned,
                        "does not have the form file.function (rule executor/21)"),
                new Broken(
                        "no runtime",
                        new Provider("none", "main.main", fake -> fake),
                        ExecutorContract::returnsWhatTheFunctionReturned,
                        "the provider has no runtime (rule executor/21)"),
                new Broken(
                        "nothing is found in broken code",
                        asked(launch -> launch),
                        (contract, executor, context) ->
                                new Echoing(contract).inspectNamesAProblemByPlace(executor, context),
                        "inspect found nothing wrong"));
    }

    /** A contract whose broken sample is sound. */
    private record Echoing(ExecutorContract contract) implements ExecutorContract {
        @Override
        public ExecutorProvider provider() {
            return contract.provider();
        }

        @Override
        public Path sample(Sample which) {
            return contract.sample(Sample.ECHO);
        }
    }

    @ParameterizedTest
    @MethodSource("broken")
    void isFoundInWords(Broken broken) throws Exception {
        try (Workshop workshop = new Workshop();
                Executor executor = broken.provider().open(null, workshop)) {
            AssertionError found = assertThrows(
                    AssertionError.class, () -> broken.test().run(new Suite(broken.provider()), executor, workshop));
            assertTrue(found.getMessage().contains(broken.words()), found.getMessage());
        }
    }

    @Test
    void aProviderThatSaysSomethingElseEachTimeIsFound() throws Exception {
        int[] asked = {0};
        try (Workshop workshop = new Workshop();
                Executor executor = new FakeExecutor(Map.of())) {
            ExecutorContract suite = new ExecutorContract() {
                @Override
                public ExecutorProvider provider() {
                    return new Provider("fake" + asked[0]++, "main.main", fake -> fake);
                }

                @Override
                public Path sample(Sample which) {
                    throw new AssertionError("not asked for");
                }
            };
            AssertionError found =
                    assertThrows(AssertionError.class, () -> suite.theProviderSaysWhatItRuns(executor, workshop));
            assertTrue(found.getMessage().contains("asked again"), found.getMessage());
        }
        assertEquals(2, asked[0]);
    }
}
