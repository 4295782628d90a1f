package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.testkit.executor.FakeHost;
import java.nio.file.Path;

/** What tests of steps one after the other share. */
interface DefinedSteps {
    String DEFINITIONS = """
            def double(ctx, step_input):
                return {"n": 2 * step_input.n}

            def undo(ctx, step_input, step_output):
                pass

            def failing(ctx, step_input):
                fail("out of cheese")

            """;

    Path folder();

    default Outcome run(String body, FakeHost host) {
        return code(DEFINITIONS + "def main(ctx, input):\n    " + body + "\n", host);
    }

    default Outcome code(String code, FakeHost host) {
        return Scripts.run(Scripts.launch(folder(), code), "{}", host);
    }

    /** The first thing that was asked, which is a step. */
    static HostCall.Step step(FakeHost host) {
        return assertInstanceOf(HostCall.Step.class, host.asked().getFirst().call());
    }
}
