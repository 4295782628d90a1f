package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.executor.starlark.eval.Backend;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.testkit.executor.FakeHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Waiting for what takes long, and what else workflows ask. */
final class WorkflowHelpersTest {
    private static final String PAID = "gts.x.core.faas.event.v1~order.paid.v1~";

    @TempDir
    Path folder;

    private Outcome run(String body, FakeHost host) {
        return Scripts.run(Scripts.launch(folder, "def main(ctx, input):\n    " + body + "\n"), "{}", host);
    }

    private HostCall asked(String body, String reply) {
        FakeHost host = new FakeHost(_ -> FakeHost.json(reply));
        Scripts.answer(run(body, host));
        assertEquals(1, host.asked().size());
        return host.asked().getFirst().call();
    }

    private static HostCall other(String name, String arguments) {
        return new HostCall.Other(name, 1, Bytes.utf8(arguments));
    }

    @Test
    @Tag("WF-09")
    @Tag("PL-04")
    void anEventIsWaitedForByTypeAndFilter() {
        for (String wait : List.of("r_wait_event_v1", "ctx.events.wait")) {
            FakeHost host = new FakeHost(_ -> FakeHost.json("{\"total\": 12}"));
            String body = "r = r_await(" + wait + "(\"" + PAID
                    + "\", \"event.total > 10\", timeout_ms = 31 * 24 * 3600 * 1000)); return [r.ok, r.value.total]";
            assertEquals("[true,12]", Scripts.answer(run(body, host)));
            assertEquals(
                    new HostCall.AwaitEvent(PAID, "event.total > 10", Optional.of(Duration.ofDays(31))),
                    host.asked().getFirst().call());
        }
        assertEquals(
                new HostCall.AwaitEvent(PAID, "", Optional.empty()),
                asked("r_await(r_wait_event_v1(\"" + PAID + "\"))", "{}"));
    }

    @Test
    @Tag("WF-09")
    void anEventThatDoesNotComeEndsTheCallUnlessItIsWanted() {
        Fault late = Fault.of(Fault.TIMEOUT, Fault.Owner.FUNCTION, "no event within PT1S");
        String wait = "r_wait_event_v1(\"" + PAID + "\", timeout_ms = 1000";
        assertEquals(
                late,
                Scripts.failure(run("r_await(" + wait + "))", new FakeHost(_ -> new HostReply.Refused(late))))
                        .fault());
        assertEquals(
                "[false,\"" + Fault.TIMEOUT + "\"]",
                Scripts.answer(run(
                        "r = r_await(" + wait + ", exit_on_error = False)); return [r.ok, r.error.id]",
                        new FakeHost(_ -> new HostReply.Refused(late)))));
        String message = Scripts.failure(run("r_wait_event_v1([\"paid\"][0])", new FakeHost()))
                .fault()
                .message();
        assertTrue(message.contains("expected gts....~"), message);
    }

    @Test
    @Tag("WF-10")
    void timersMayLastYears() {
        assertEquals(
                new HostCall.Sleep(Duration.ofDays(3650)), asked("r_await(r_sleep(3650 * 24 * 3600 * 1000))", "null"));
        for (String wrong : List.of("-1", "1 << 60", "1 << 80")) {
            String message = Scripts.failure(run("r_sleep(" + wrong + ")", new FakeHost()))
                    .fault()
                    .message();
            assertTrue(message.contains("milliseconds is from 0 to") && message.contains("100 years"), message);
        }
    }

    @Test
    @Tag("WF-12")
    void aPersonIsAskedForADecision() {
        FakeHost host = new FakeHost(_ -> FakeHost.json("{\"approved\": true, \"by\": \"ada\"}"));
        String body =
                "d = r_await(r_approval_v1(\"refund\", timeout_ms = 5000, message = \"May we?\")); return [d.approved, d.by, d.comment, d.at]";
        assertEquals("[true,\"ada\",null,null]", Scripts.answer(run(body, host)));
        assertEquals(
                other("approval", "{\"name\":\"refund\",\"timeoutMs\":5000,\"message\":\"May we?\"}"),
                host.asked().getFirst().call());
        assertEquals(other("approval", "{\"name\":\"x\"}"), asked("ctx.await(ctx.approval(\"x\"))", "{}"));
    }

    @Test
    @Tag("WF-06")
    void aCheckpointTellsWhatTheVariablesHaveWithinBounds() {
        assertEquals(
                checkpoint("{\"label\":\"half\",", "\"input\":\"{}\""),
                asked("r_snapshot_v1(\"half\")", "{\"id\": 1}"));
        assertEquals(checkpoint("{", "\"input\":\"{}\""), asked("ctx.checkpoint()", "null"));
        assertEquals(
                checkpoint(
                        "{\"label\":\"c\",",
                        "\"input\":\"{}\",\"n\":\"7\",\"s\":\"\\\"a'b\\\"\",\"f\":\"\\\"<built-in function len>\\\"\","
                                + "\"big\":\"\\\"(too large to be shown)\\\"\",\"none\":\"null\""),
                asked(
                        "n = 7; s = \"a'b\"; f = len; big = 'x' * 9000; none = None; ctx.checkpoint('c'); later = 1",
                        "null"));
        String many =
                IntStream.range(0, 100).mapToObj(i -> "v" + i + " = 'x' * 4000").collect(Collectors.joining("; "));
        Bytes all = ((HostCall.Other) asked(many + "; ctx.checkpoint('c')", "null")).arguments();
        assertTrue(all.size() < 64 * 1024, all.toString());
        assertEquals(Scripts.BACKEND == Backend.WALKER, all.text().contains("\"v99\":"));
    }

    /** Code that has become bytecode has no variables that could be told. */
    private static HostCall checkpoint(String begin, String variables) {
        String told = Scripts.BACKEND == Backend.WALKER ? variables : "";
        return other(
                "checkpoint",
                begin + "\"variables\":[{\"function\":\"main\",\"line\":2,\"variables\":{" + told + "}}]}");
    }

    @Test
    @Tag("PL-04")
    void whatTheHostKnowsByNameIsAskedAsWritten() {
        assertEquals(other("job_status", "{\"id\":\"j-1\"}"), asked("r_get_job_status_v1(\"j-1\")", "{}"));
        assertEquals(
                other("publish", "{\"topic\":\"orders\",\"payload\":{\"n\":1}}"),
                asked("r_publish_v1(\"orders\", {\"n\": 1})", "null"));
        assertEquals(
                other("publish", "{\"topic\":\"orders\",\"payload\":null}"),
                asked("ctx.publish(\"orders\", None)", "null"));
        assertEquals(
                other("audit", "{\"action\":\"refunded\",\"details\":{\"n\":1}}"),
                asked("r_audit_v1(\"refunded\", {\"n\": 1})", "null"));
        assertEquals(
                other("compensate", "{\"function\":\"refund\",\"input\":{\"n\":1}}"),
                asked("r_compensate_v1(\"refund\", {\"n\": 1})", "null"));
        assertEquals(
                other("compensate", "{\"function\":\"refund\",\"input\":{\"n\":1},\"version\":2}"),
                asked("ctx.compensate(\"refund\", {\"n\": 1}, version = 2)", "null"));
        assertEquals(other("audit", "{\"action\":\"seen\"}"), asked("ctx.audit(\"seen\")", "null"));
        assertEquals(
                other("signal", "{\"execution\":\"e-1\",\"name\":\"go\",\"payload\":[1]}"),
                asked("r_signal_v1(\"e-1\", \"go\", [1])", "null"));
        assertEquals(
                other("signal", "{\"execution\":\"e-1\",\"name\":\"go\",\"payload\":null}"),
                asked("ctx.signal(\"e-1\", \"go\")", "null"));
        assertEquals(
                other("module", "{\"module\":\"geo\",\"function\":\"near\",\"params\":{\"r\":5}}"),
                asked("r_native_invoke_v1(\"geo\", \"near\", {\"r\": 5})", "[1]"));
        assertEquals(
                other(
                        "module",
                        "{\"module\":\"geo\",\"function\":\"near\",\"params\":1,"
                                + "\"retry\":{\"maxAttempts\":3,\"backoffMs\":200}}"),
                asked(
                        "r_native_invoke_v1(\"geo\", \"near\", 1, retry = {\"max_attempts\": 3, \"backoff_ms\": 200})",
                        "[1]"));
    }

    @Test
    void whatTheHostAnswersIsTheValueAndARefusalEndsTheCall() {
        FakeHost host = new FakeHost(_ -> FakeHost.json("{\"status\": \"running\"}"));
        assertEquals("\"running\"", Scripts.answer(run("return r_get_job_status_v1(\"j\").status", host)));
        FakeHost quiet = new FakeHost(_ -> FakeHost.json("{\"id\": 5}"));
        assertEquals("null", Scripts.answer(run("return r_snapshot_v1()", quiet)));
        Fault fault = Fault.of(Fault.PERMISSION_DENIED, Fault.Owner.CALLER, "not this topic");
        FakeHost refusing = new FakeHost(_ -> new HostReply.Refused(fault));
        assertEquals(
                fault, Scripts.failure(run("r_publish_v1(\"t\", 1)", refusing)).fault());
        String message = Scripts.failure(run("r_publish_v1([1][0], 1)", new FakeHost()))
                .fault()
                .message();
        assertTrue(message.contains("the topic is a string, not int"), message);
    }

    @Test
    void aWaitThatIsSuspendedSaysWhereItWaits() {
        FakeHost host = new FakeHost().holding();
        host.answer(new Answer.Suspend());
        Outcome outcome = run("return r_await(r_wait_event_v1(\"" + PAID + "\")).value", host);
        assertEquals(
                new Outcome.Suspended(
                        List.of(new Outcome.Frame("main", new Place("main.star", 2, 19))), outcome.usage()),
                outcome);
    }
}
