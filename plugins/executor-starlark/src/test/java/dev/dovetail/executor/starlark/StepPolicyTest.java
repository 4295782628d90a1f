package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.host.StepPolicy;
import dev.dovetail.testkit.executor.FakeHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often steps are tried, and for how long. */
@Tag("WF-14")
final class StepPolicyTest implements DefinedSteps {
    @TempDir
    Path folder;

    @Override
    public Path folder() {
        return folder;
    }

    @Test
    @Tag("WF-15")
    void howOftenAStepIsTriedIsAskedAsWritten() {
        String retry =
                "{\"max_attempts\": 5, \"backoff_ms\": 100, \"multiplier\": 1.5, \"max_backoff_ms\": 900, \"non_retryable\": [\"gts.a~\"], \"unknown\": \"ask_operator\"}";
        StepPolicy policy = new StepPolicy(
                5,
                Duration.ofMillis(100),
                1.5,
                Duration.ofMillis(900),
                List.of("gts.a~"),
                Duration.ofSeconds(7),
                StepPolicy.Unknown.ASK_OPERATOR);
        for (String call : List.of(
                "r_run_step_v1(\"d\", double, {\"n\": 1}, retry = " + retry + ", timeout_ms = 7000)",
                "r_run_step_v1(r_step_v1(\"d\", double, retry = " + retry + ", timeout_ms = 7000), {\"n\": 1})",
                "r_run_step_v1(r_step_v1(\"d\", double, retry = " + retry + "), {\"n\": 1}, timeout_ms = 7000)")) {
            FakeHost host = new FakeHost();
            Scripts.answer(run("return " + call + ".ok", host));
            assertEquals(policy, DefinedSteps.step(host).policy(), call);
        }
        for (List<String> wrong : List.of(
                List.of("retry = {\"max_attempt\": 5} | {}", "no \"max_attempt\"; it has max_attempts, backoff_ms"),
                List.of("retry = {\"max_attempts\": 0}", "from 1 to 1000, not 0"),
                List.of("retry = {\"backoff_ms\": -1}", "backoff_ms is from 0"),
                List.of("retry = {\"multiplier\": 0.5}", "from 1 to 100, not 0.5"),
                List.of("retry = {\"non_retryable\": \"gts.a~\"}", "list of the ids"),
                List.of("retry = {\"unknown\": \"skip\"}", "run_again or ask_operator"),
                List.of("timeout_ms = 0", "at least 1"),
                List.of("timeout_ms = 1 << 70", "100 years"))) {
            String message = Scripts.failure(run("r_step_v1(\"d\", double, " + wrong.getFirst() + ")", new FakeHost()))
                    .fault()
                    .message();
            assertTrue(message.contains(wrong.getLast()), message);
        }
    }
}
