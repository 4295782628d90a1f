package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostCall.StepResult;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.host.StepPolicy;
import dev.dovetail.testkit.executor.FakeHost;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps one after the other. */
@Tag("WF-14")
final class StepTest implements DefinedSteps {
    @TempDir
    Path folder;

    @Override
    public Path folder() {
        return folder;
    }

    private static StepResult ended(FakeHost host) {
        return assertInstanceOf(HostCall.StepDone.class, host.asked().getLast().call())
                .result();
    }

    @Test
    void aStepIsRunByItsHandleOrByNameAndFunction() {
        for (String call : List.of(
                "r_run_step_v1(r_step_v1(\"d\", double, undo), {\"n\": 4})",
                "r_run_step_v1(r_step_v1(\"d\", double, compensate_fn = undo), input = {\"n\": 4})",
                "r_run_step_v1(r_step_v1(\"d\", double, undo), {\"n\": 4}, True)",
                "r_run_step_v1(\"d\", double, {\"n\": 4}, compensate_fn = undo)",
                "r_run_step_v1(\"d\", double, {\"n\": 4}, True, None, None, undo)",
                "r_run_step_v1(step_name = \"d\", fn = double, input = {\"n\": 4}, compensate_fn = undo)",
                "ctx.steps.run(ctx.steps.define(\"d\", double, compensate = undo), {\"n\": 4})",
                "ctx.steps.run(\"d\", double, {\"n\": 4}, compensate = undo)")) {
            FakeHost host = new FakeHost();
            assertEquals("[true,8]", Scripts.answer(run("r = " + call + "; return [r.ok, r.value.n]", host)), call);
            assertEquals(
                    new HostCall.Step("d", Bytes.utf8("{\"n\":4}"), Optional.of("undo"), StepPolicy.USUAL),
                    DefinedSteps.step(host));
            assertEquals(new StepResult.Done(Bytes.utf8("{\"n\":8}")), ended(host));
        }
    }

    @Test
    void aStepMayBeDefinedAtTheTopOfTheFile() {
        String code = DEFINITIONS
                + "DOUBLE = r_step_v1(\"double\", double, undo)\n\ndef main(ctx, input):\n    return [DOUBLE.name, r_run_step_v1(DOUBLE, {\"n\": 1}).value.n]\n";
        FakeHost host = new FakeHost();
        assertEquals("[\"double\",2]", Scripts.answer(code(code, host)));
        assertEquals(Optional.of("undo"), DefinedSteps.step(host).compensation());
    }

    @Test
    void aFailedStepEndsTheCallUnlessItIsWanted() {
        FakeHost host = new FakeHost();
        Fault fault = Scripts.failure(run("r_run_step_v1(\"f\", failing, {}); return 1", host))
                .fault();
        assertEquals("fail: out of cheese", fault.message());
        assertEquals(new Place("main.star", 8, 9), fault.place().orElseThrow());
        assertTrue(
                fault.details().text().contains("\"failing\""),
                () -> fault.details().text());
        assertEquals(new StepResult.Failed(fault), ended(host));
        for (String wanted : List.of(
                "r_run_step_v1(\"f\", failing, {}, False)",
                "r_run_step_v1(\"f\", failing, {}, exit_on_error = False)",
                "r_run_step_v1(r_step_v1(\"f\", failing), {}, False)",
                "r_run_step_v1(r_step_v1(\"f\", failing), {}, exit_on_error = False)")) {
            assertEquals(
                    "[false,\"" + Fault.CODE + "\",\"fail: out of cheese\"]",
                    Scripts.answer(
                            run("r = " + wanted + "; return [r.ok, r.error.id, r.error.message]", new FakeHost())),
                    wanted);
        }
    }

    @Test
    void anExitInsideAStepIsTheStepsError() {
        String code = """
                def pay(ctx, step_input):
                    ctx.exit({"id": "gts.x.core.faas.err.v1~shop.pay._.declined.v1~", "message": "declined", "details": {"card": 4}})

                def main(ctx, input):
                    r = r_run_step_v1("pay", pay, {}, exit_on_error = False)
                    return [r.ok, r.error.message, r.error.details.card]
                """;
        FakeHost host = new FakeHost();
        assertEquals("[false,\"declined\",4]", Scripts.answer(code(code, host)));
        Fault reported = assertInstanceOf(StepResult.Failed.class, ended(host)).fault();
        assertEquals("gts.x.core.faas.err.v1~shop.pay._.declined.v1~", reported.id());
    }

    @Test
    void whatAStepGivesMustBeJsonAndIsFrozen() {
        assertTrue(Scripts.failure(run("r_run_step_v1(\"x\", lambda c, i: b\"x\", 1)", new FakeHost()))
                .fault()
                .message()
                .contains("bytes"));
        String frozen = Scripts.failure(
                        run("r_run_step_v1(\"x\", lambda c, i: [1], 1).value.append(2)", new FakeHost()))
                .fault()
                .message();
        assertTrue(frozen.contains("frozen"), frozen);
        assertEquals(
                "[1,\"struct\"]",
                Scripts.answer(run(
                        "return r_run_step_v1(\"x\", lambda c, i: [i.n, type(i)], {\"n\": 1}).value", new FakeHost())));
    }

    @Test
    void theContextOfAStepKnowsItsAttempt() {
        FakeHost host = new FakeHost();
        host.steps().again("x", 2);
        String body =
                "return [ctx.attempt, ctx.effect_id, r_run_step_v1(\"x\", lambda c, i: [c.attempt, c.effect_id, c.is_replay], 1).value]";
        assertEquals("[1,null,[3,\"effect-1\",false]]", Scripts.answer(run(body, host)));
    }

    @Test
    void aStepInsideAStepHasAScopeOfItsOwn() {
        String code = """
                def inner(ctx, step_input):
                    return ctx.rand()

                def outer(ctx, step_input):
                    before = ctx.rand()
                    r = r_run_step_v1("inner", inner, {})
                    return [before, r.value, ctx.rand()]

                def main(ctx, input):
                    return [r_run_step_v1("outer", outer, {}).value, ctx.rand()]
                """;
        FakeHost host = new FakeHost(call -> FakeHost.json("\"r\""));
        assertEquals("[[\"r\",\"r\",\"r\"],\"r\"]", Scripts.answer(code(code, host)));
        assertEquals(
                List.of(
                        "Step in 0",
                        "Random in 1",
                        "Step in 1",
                        "Random in 2",
                        "StepDone in 1",
                        "Random in 1",
                        "StepDone in 0",
                        "Random in 0"),
                host.asked().stream()
                        .map(each -> each.call().getClass().getSimpleName() + " in " + each.scope())
                        .toList());
    }

    @Test
    void afterAFailedStepTheCodeAsksInTheMainScopeAgain() {
        FakeHost host = new FakeHost(call -> FakeHost.json("\"r\""));
        Scripts.answer(run("r_run_step_v1(\"f\", failing, 1, False); return ctx.rand()", host));
        assertEquals(Host.MAIN, host.asked().getLast().scope());
    }

    @Test
    void aCompensationMustBeThereByItsName() {
        String code = """
                def make():
                    def hidden(ctx, i, o):
                        pass
                    return hidden

                def work(ctx, i):
                    return 1

                def main(ctx, input):
                    r_run_step_v1("x", work, 1, compensate_fn = %s)
                """;
        for (String wrong : List.of("make()", "[lambda c, i, o: 1][0]", "[len][0]")) {
            FakeHost host = new FakeHost();
            String message =
                    Scripts.failure(code(code.formatted(wrong), host)).fault().message();
            assertTrue(message.contains("with def at its top"), message);
            assertEquals(List.of(), host.asked());
        }
        String message = Scripts.failure(code(code.formatted("[5][0]"), new FakeHost()))
                .fault()
                .message();
        assertTrue(message.contains("the compensation is a function, not int"), message);
    }

    @Test
    void wrongCallsSayWhatWasExpected() {
        for (List<String> wrong : List.of(
                List.of("r_run_step_v1([5][0], 1)", "a step or a step's name, not int"),
                List.of("r_run_step_v1([\"x\"][0])", "needs fn and an input"),
                List.of("r_run_step_v1([\"x\"][0], double)", "needs an input"),
                List.of("r_run_step_v1([\"x\"][0], [1][0], 1)", "fn is a function, not int"),
                List.of("r_run_step_v1([\"\"][0], double, 1)", "from 1 to 200 characters"),
                List.of("r_run_step_v1(r_step_v1(\"d\", double))", "needs an input"),
                List.of("r_run_step_v1(r_step_v1(\"d\", double), [double][0], 1)", "is run with (step, input)"),
                List.of("r_run_step_v1(r_step_v1(\"d\", double), 1, 5)", "exit_on_error is a bool, not int"),
                List.of("r_run_step_v1(r_step_v1(\"d\", double), 1, True, True)", "two arguments for exit_on_error"),
                List.of("r_run_step_v1(\"d\", double, double)", "function"))) {
            FakeHost host = new FakeHost();
            Outcome outcome = run(wrong.getFirst(), host);
            String message = Scripts.failure(outcome).fault().message();
            assertTrue(message.contains(wrong.getLast()), message);
            assertEquals(List.of(), host.asked(), wrong.getFirst());
        }
    }

    @Test
    void whereNothingIsDurableAStepIsRefused() {
        Fault fault = Fault.of(Fault.UNSUPPORTED, Fault.Owner.FUNCTION, "only a workflow can run a step");
        FakeHost host = new FakeHost();
        host.steps().settled("d", new HostReply.Refused(fault));
        assertEquals(
                fault,
                Scripts.failure(run("r_run_step_v1(\"d\", double, {\"n\": 1})", host))
                        .fault());
    }

    @Test
    void aLimitReachedInsideAStepEndsTheCallAndNotTheStep() {
        String code = """
                def busy(ctx, i):
                    for _ in range(1 << 30):
                        pass

                def main(ctx, input):
                    r_run_step_v1("busy", busy, {}, False)
                """;
        FakeHost host = new FakeHost();
        Outcome outcome = Scripts.run(Scripts.launch(folder, code, Scripts.limits(10_000, 128)), "{}", host);
        assertEquals(Fault.CPU_LIMIT, Scripts.failure(outcome).fault().id());
        assertEquals(1, host.asked().size());
    }
}
