package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Lines;
import dev.dovetail.testkit.executor.Samples;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The functions beside the handler that the kernel calls by name. */
final class EntryTest {
    private static final String CODE = """
            def undo(ctx, step_input, step_output):
                print("undoing")
                return {"of": ctx.execution_id == ctx.correlation_id, "in": step_input.n, "out": step_output}

            def before(ctx, context):
                return {"seen": context.path}

            NOT_A_FUNCTION = 1

            def main(ctx, input):
                return "main"
            """;

    @TempDir
    Path folder;

    private final Lines lines = new Lines();

    private Outcome run(Entry entry, FakeHost host) throws Exception {
        Invocation plain = Samples.invocation("{}");
        Invocation invocation = new Invocation(
                plain.executionId(), 1, entry, plain.input(), Map.of(), plain.caller(), Map.of(), plain.deadline());
        Launch launch = Scripts.launch(folder, CODE);
        Launch logged = Samples.launch("starlark", launch.code(), launch.handler(), launch.limits(), Map.of(), lines);
        try (Executor executor = Scripts.executor();
                Instance instance = executor.start(logged)) {
            return instance.invoke(invocation, host);
        }
    }

    private static Entry undo(String function, Optional<Bytes> output) {
        Fault cause = Fault.of(Fault.TIMEOUT, Fault.Owner.FUNCTION, "late");
        return new Entry.Compensation(function, "pay", Bytes.utf8("{\"n\": 5}"), output, cause);
    }

    @Test
    void aCompensationGetsWhatItsStepGotAndGave() throws Exception {
        assertEquals(
                "{\"of\":true,\"in\":5,\"out\":[1]}",
                Scripts.answer(run(undo("undo", Optional.of(Bytes.utf8("[1]"))), new FakeHost())));
        assertEquals(
                "{\"of\":true,\"in\":5,\"out\":null}",
                Scripts.answer(run(undo("undo", Optional.empty()), new FakeHost())));
        assertEquals(List.of("undoing", "undoing"), lines.texts());
    }

    @Test
    void whatWasPrintedBeforeIsNotPrintedAgainWhileReplaying() throws Exception {
        run(undo("undo", Optional.empty()), new FakeHost().whileReplaying());
        assertEquals(List.of(), lines.texts());
    }

    @Test
    void aHookGetsItsContext() throws Exception {
        Entry hook = new Entry.Hook("before", "before", Bytes.utf8("{\"path\": \"/x\"}"));
        assertEquals("{\"seen\":\"/x\"}", Scripts.answer(run(hook, new FakeHost())));
    }

    @Test
    void aNameThatIsNoFunctionOfTheFileIsAnError() throws Exception {
        for (String name : List.of("nothing", "NOT_A_FUNCTION", "len")) {
            String message = Scripts.failure(run(undo(name, Optional.empty()), new FakeHost()))
                    .fault()
                    .message();
            assertTrue(message.contains("no function \"" + name + "\""), message);
        }
    }
}
