package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.testkit.executor.FakeHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What functions ask of the host, and what becomes of the answers. */
@Tag("RT-08")
final class HostCallTest {
    @TempDir
    Path folder;

    private Outcome run(String body, FakeHost host) {
        return Scripts.run(Scripts.launch(folder, "def main(ctx, input):\n    " + body + "\n"), "{}", host);
    }

    private static FakeHost answering(String status, String body) {
        return new FakeHost(call ->
                FakeHost.json("{\"status\": " + status + ", \"headers\": {\"x-a\": [\"b\"]}, \"body\": " + body + "}"));
    }

    @Test
    @Tag("PL-04")
    void theContextSaysWhatIsKnownAndNothingSecret() {
        String answer = Scripts.answer(run(
                "return [ctx.correlation_id, ctx.trace_id, ctx.tenant_id, ctx.function_name, ctx.version, ctx.attempt, ctx.is_replay, ctx.identity, ctx.actor.id, len(ctx.execution_id), len(ctx.deadline)]",
                new FakeHost()));
        assertEquals(
                "[\"c-1\",\"0af7651916cd43dd8448eb211c80319c\",\"default\",\"sample\",1,1,false,"
                        + "{\"type\":\"user\",\"id\":\"ada\",\"tenant_id\":\"default\",\"roles\":[\"developer\"],\"permissions\":[\"functions:invoke\"],\"scopes\":[\"all\"],\"expires_at\":null},"
                        + "\"ada\",36,24]",
                answer);
        String all = Scripts.answer(run("return dir(ctx)", new FakeHost()));
        assertTrue(!all.contains("token") && all.contains("\"http\""), all);
    }

    @Test
    @Tag("RT-09")
    void httpIsAskedOfTheHostAsWritten() {
        FakeHost host = answering("200", "\"{\\\"n\\\": 5}\"");
        String answer = Scripts.answer(run(
                "r = r_await(r_http_post_v1(\"https://a.example/x\", {\"q\": [1]}, headers={\"X-K\": \"v\", \"X-L\": [\"1\", \"2\"]}, timeout_ms=1500, retry={\"max_attempts\": 3, \"backoff_ms\": 200})); "
                        + "return [r.ok, r.response.status_code, r.response.headers[\"x-a\"], r.response.body.n]",
                host));
        assertEquals("[true,200,[\"b\"],5]", answer);
        HostCall.Http call =
                assertInstanceOf(HostCall.Http.class, host.asked().getFirst().call());
        assertEquals(
                new HostCall.Http(
                        "POST",
                        "https://a.example/x",
                        Map.of(
                                "X-K",
                                List.of("v"),
                                "X-L",
                                List.of("1", "2"),
                                "content-type",
                                List.of("application/json")),
                        Bytes.utf8("{\"q\":[1]}"),
                        Duration.ofMillis(1500),
                        new HostCall.Retry(3, Duration.ofMillis(200))),
                call);
    }

    @Test
    @Tag("FH-01")
    void anAnswerThatIsNoSuccessEndsTheCallUnlessItIsWanted() {
        Fault fault = Scripts.failure(run(
                        "r_await(r_http_get_v1(\"https://a.example\", timeout_ms=1))",
                        answering("404", "\"{\\\"e\\\": 1}\"")))
                .fault();
        assertEquals(Fault.HTTP, fault.id());
        assertEquals(Fault.Owner.DEPENDENCY, fault.owner());
        assertEquals(
                "{\"status_code\":404,\"headers\":{\"x-a\":[\"b\"]},\"body\":{\"e\":1}}",
                fault.details().text());
        String answer = Scripts.answer(run(
                "r = r_await(r_http_get_v1(\"https://a.example\", timeout_ms=1, exit_on_http_error=False)); return [r.ok, r.error.id, r.error.details.status_code, r.error.details.body]",
                answering("503", "\"not json\"")));
        assertEquals("[false,\"" + Fault.HTTP + "\",503,{}]", answer);
    }

    @Test
    void aRequestThatWasNotAnsweredIsAnErrorToo() {
        Fault down = new Fault(
                Fault.HTTP_TRANSPORT,
                Fault.Owner.DEPENDENCY,
                "refused",
                Bytes.utf8("{\"url\":\"https://a\"}"),
                Optional.empty());
        FakeHost host = new FakeHost(call -> new HostReply.Refused(down));
        assertEquals(
                down,
                Scripts.failure(run("ctx.await(ctx.http.get(\"https://a\", timeout_ms=1))", host))
                        .fault());
        FakeHost again = new FakeHost(call -> new HostReply.Refused(down));
        assertEquals(
                "[false,\"https://a\"]",
                Scripts.answer(run(
                        "r = ctx.await(ctx.http.get(\"https://a\", timeout_ms=1, exit_on_error=False)); return [r.ok, r.error.details.url]",
                        again)));
    }

    @Test
    void severalCallsAreOpenAtOnceAndAnswersComeInTheOrderOfTheList() {
        FakeHost host = new FakeHost(call -> FakeHost.json(
                "{\"status\":200,\"headers\":{},\"body\":\"\\\"" + ((HostCall.Http) call).uri() + "\\\"\"}"));
        String answer = Scripts.answer(run(
                "ps = [ctx.http.get(\"https://\" + n, timeout_ms=1) for n in [\"a\", \"b\", \"c\"]]; return [r.response.body for r in ctx.await_all([ps[2], ps[0], ps[1], ps[0]])]",
                host));
        assertEquals("[\"https://c\",\"https://a\",\"https://b\",\"https://a\"]", answer);
        assertEquals(3, host.asked().size());
    }

    @Test
    void timeAndRandomnessComeFromTheHost() {
        FakeHost host = new FakeHost(
                call -> FakeHost.json(call instanceof HostCall.Now ? "\"2026-11-21T08:00:00.000Z\"" : "\"abc\""));
        assertEquals(
                "[\"2026-11-21T08:00:00.000Z\",\"abc\",\"abc\",\"2026-11-21T08:00:00.000Z\"]",
                Scripts.answer(run("return [r_now_v1(), r_rand_v1(\"k\"), ctx.rand(), ctx.now()]", host)));
        assertEquals(new HostCall.Random(Optional.of("k")), host.asked().get(1).call());
        assertEquals(new HostCall.Random(Optional.empty()), host.asked().get(2).call());
    }

    @Test
    @Tag("PL-04")
    void functionsCallFunctions() {
        FakeHost host = new FakeHost(call -> FakeHost.json(
                ((HostCall.Invoke) call).mode() == HostCall.Mode.SYNC ? "{\"sum\": 3}" : "{\"executionId\": \"e-1\"}"));
        String answer = Scripts.answer(run(
                "a = r_await(r_invoke_v1(\"adder\", {\"x\": 1}, timeout_ms=700)); b = r_await(ctx.invoke(\"later\", None, mode=\"async\")); return [a.ok, a.value.sum, b.job_id]",
                host));
        assertEquals("[true,3,\"e-1\"]", answer);
        assertEquals(
                new HostCall.Invoke(
                        "adder",
                        Bytes.utf8("{\"x\":1}"),
                        HostCall.Mode.SYNC,
                        Duration.ofMillis(700),
                        HostCall.ParentClose.CANCEL),
                host.asked().getFirst().call());
        assertEquals(
                Duration.ZERO,
                ((HostCall.Invoke) host.asked().get(1).call()).timeout(),
                "without one the other's own limits are enough");
        Fault fault = Fault.of(Fault.NOT_FOUND, Fault.Owner.FUNCTION, "no such function");
        FakeHost refusing = new FakeHost(call -> new HostReply.Refused(fault));
        assertEquals(
                "[false,\"no such function\"]",
                Scripts.answer(run(
                        "r = r_await(r_invoke_v1(\"x\", {}, exit_on_error=False)); return [r.ok, r.error.message]",
                        refusing)));
    }

    @Test
    @Tag("PL-04")
    void notesAreTold() {
        FakeHost host = new FakeHost();
        Scripts.answer(run(
                "ctx.log(\"hello\", level=\"warning\", user=\"ada\", n=1); r_log_v1(5); ctx.progress(0.5, \"half\"); r_metric_v1(\"sold\", 3, shop=\"a\")",
                host));
        assertEquals(
                List.of(
                        new HostNote.Log(
                                System.Logger.Level.WARNING, "hello", Bytes.utf8("{\"user\":\"ada\",\"n\":1}")),
                        new HostNote.Log(System.Logger.Level.INFO, "5", Bytes.utf8("{}")),
                        new HostNote.Progress(0.5, "half"),
                        new HostNote.Measure("sold", 3, Map.of("shop", "a"))),
                host.told());
        assertTrue(Scripts.failure(run("ctx.progress(2)", new FakeHost()))
                .fault()
                .message()
                .contains("from 0 to 1"));
        assertTrue(Scripts.failure(run("ctx.log(\"x\", level=\"loud\")", new FakeHost()))
                .fault()
                .message()
                .contains("not a level"));
    }

    @Test
    void secretsAreReadWhenTheyAreNeeded() {
        FakeHost host = new FakeHost(call -> FakeHost.json("\"s3cret\""));
        assertEquals("6", Scripts.answer(run("return len(ctx.secret(\"db\"))", host)));
        assertEquals(new HostCall.ReadSecret("db"), host.asked().getFirst().call());
    }

    @Test
    void stopAndSuspendEndTheCallWhateverTheCodeDoes() {
        for (boolean stop : new boolean[] {true, false}) {
            FakeHost host = new FakeHost().holding();
            host.answer(
                    stop
                            ? new Answer.Stop(Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "enough"))
                            : new Answer.Suspend());
            Outcome outcome = run("r = [r_await(p) for p in [r_sleep(5)]]; return 1", host);
            assertEquals(stop ? Outcome.Stopped.class : Outcome.Suspended.class, outcome.getClass());
        }
    }

    @Test
    void aSuspendedCallSaysWhereItWaits() {
        FakeHost host = new FakeHost().holding();
        host.answer(new Answer.Suspend());
        String code = "def pause(ms):\n    return r_await(r_sleep(ms))\n\ndef main(ctx, input):\n    return pause(5)\n";
        Outcome outcome = Scripts.run(Scripts.launch(folder, code), "{}", host);
        assertEquals(
                List.of(
                        new Outcome.Frame("pause", new Place("main.star", 2, 19)),
                        new Outcome.Frame("main", new Place("main.star", 5, 17))),
                assertInstanceOf(Outcome.Suspended.class, outcome).where());
    }

    @Test
    void awaitingSomethingElseIsAnError() {
        assertTrue(Scripts.failure(run("r_await(5)", new FakeHost()))
                .fault()
                .message()
                .contains("await needs a promise, not int"));
        assertTrue(Scripts.failure(run("r_await_all([r_await])", new FakeHost()))
                .fault()
                .message()
                .contains("element 0 is builtin"));
    }

    @Test
    @Tag("RT-05")
    void thereIsNothingToReachOutWith() {
        for (String name : List.of(
                "open",
                "exec",
                "eval",
                "__import__",
                "os",
                "sys",
                "socket",
                "time",
                "random",
                "globals",
                "threading")) {
            Path code = folder;
            try (var executor = Scripts.executor()) {
                var problem = executor.inspect(Scripts.launch(code, "def main(ctx, input):\n    return " + name + "\n"))
                        .getFirst();
                assertEquals("FORBIDDEN_BUILTIN", problem.code(), name);
                assertTrue(problem.remedy().isPresent(), name);
            }
        }
    }
}
