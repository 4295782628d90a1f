package dev.dovetail.executor.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.secret.Secret;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What guests ask of the host, and how it arrives there. */
@Tag("TE-02")
@Tag("RT-13")
final class HostTest {
    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private Outcome run(String body, FakeHost host, String... texts) throws Exception {
        return Asking.run(bench, body, host, Samples.invocation("{}"), texts);
    }

    private static HostCall only(FakeHost host) {
        assertEquals(1, host.asked().size(), host.asked().toString());
        return host.asked().getFirst().call();
    }

    @Test
    void logTellsLevelAndMessage() throws Exception {
        FakeHost host = new FakeHost();
        Bench.answer(run("(call $log (i32.const 3) $0) (call $pack $1)", host, "careful: ü", "null"));
        HostNote.Log note = (HostNote.Log) host.told().getFirst();
        assertEquals(System.Logger.Level.WARNING, note.level());
        assertEquals("careful: ü", note.message());
        Fault fault = Bench.fault(run("(call $log (i32.const 7) $0) (i64.const 0)", new FakeHost(), "x"));
        assertTrue(fault.message().contains("not a level: 7"), fault.message());
    }

    @Test
    @Tag("SC-11")
    void envGivesOnlyTheFunctionsOwnVariables() throws Exception {
        String quoted = """
                (local $value i64)
                (local.set $value (call $env $0))
                (if (i64.eq (local.get $value) (i64.const -1))
                  (then (return (call $pack $1))))
                (i32.store8 (i32.const 16) (i32.const 34))
                (memory.copy (i32.const 17)
                  (i32.wrap_i64 (i64.shr_u (local.get $value) (i64.const 32))) (i32.wrap_i64 (local.get $value)))
                (i32.store8 (i32.add (i32.const 17) (i32.wrap_i64 (local.get $value))) (i32.const 34))
                (call $pack (i32.const 16) (i32.add (i32.const 2) (i32.wrap_i64 (local.get $value))))
                """;
        assertEquals("\"red\"", Bench.answer(run(quoted, new FakeHost(), "COLOUR", "null")));
        assertEquals("\"\"", Bench.answer(run(quoted, new FakeHost(), "EMPTY", "null")));
        assertEquals("null", Bench.answer(run(quoted, new FakeHost(), "PATH", "null")));
    }

    @Test
    void httpFetchIsTheHostsHttp() throws Exception {
        FakeHost host = new FakeHost(call -> FakeHost.json("{\"status\":201,\"headers\":{},\"body\":\"ok\"}"));
        String request =
                "{\"url\":\"https://example.org/x\",\"method\":\"PUT\",\"headers\":{\"a\":\"1\",\"b\":[\"2\",\"3\"]},"
                        + "\"body\":{\"k\":1},\"timeout_ms\":1500,\"retry\":{\"max_attempts\":3,\"backoff_ms\":10}}";
        assertEquals(
                "{\"status\":201,\"headers\":{},\"body\":\"ok\"}",
                Bench.answer(run("(call $http_fetch $0)", host, request)));
        HostCall.Http call = (HostCall.Http) only(host);
        assertEquals("PUT", call.method());
        assertEquals("https://example.org/x", call.uri());
        assertEquals(
                Map.of("a", List.of("1"), "b", List.of("2", "3"), "content-type", List.of("application/json")),
                call.headers());
        assertEquals("{\"k\":1}", call.body().text());
        assertEquals(Duration.ofMillis(1500), call.timeout());
        assertEquals(new HostCall.Retry(3, Duration.ofMillis(10)), call.retry());
    }

    @Test
    @Tag("SE-13")
    void dbQueryNamesStatementAndParametersAndNothingOfRights() throws Exception {
        FakeHost host = new FakeHost(call -> FakeHost.json("{\"rows\":[{\"n\":1}],\"affected\":0,\"more\":false}"));
        String sql = "select \"n\" from t where a = $1";
        assertEquals(
                "{\"rows\":[{\"n\":1}],\"affected\":0,\"more\":false}",
                Bench.answer(run("(call $db_query $0 $1)", host, sql, "[\"x\", 2]")));
        HostCall.Other call = (HostCall.Other) only(host);
        assertEquals("db_query", call.name());
        assertEquals(1, call.version());
        assertEquals(
                "{\"sql\":\"select \\\"n\\\" from t where a = $1\",\"params\":[\"x\",2]}",
                call.arguments().text());
    }

    @Test
    void whatTheHostRefusesIsAnErrorThatTheGuestCanLookAt() throws Exception {
        Fault fault = Fault.of(Fault.PERMISSION_DENIED, Fault.Owner.CALLER, "not for you");
        FakeHost host = new FakeHost(call -> new HostReply.Refused(fault));
        // the bit that says so is taken off, and the error returned as if it were the answer
        String body = "(i64.and (call $call $0 $1) (i64.const 0xffffffff7fffffff))";
        assertEquals(
                "{\"id\":\"" + Fault.PERMISSION_DENIED
                        + "\",\"message\":\"not for you\",\"owner\":\"caller\",\"details\":{}}",
                Bench.answer(run(body, host, "now", "{}")));
    }

    @Test
    void eachNameIsTheCallThatItSays() throws Exception {
        Map<String, HostCall> calls = Map.of(
                "sleep {\"ms\":5}", new HostCall.Sleep(Duration.ofMillis(5)),
                "now", new HostCall.Now(),
                "random {\"label\":\"a\"}", new HostCall.Random(Optional.of("a")),
                "secret {\"name\":\"KEY\"}", new HostCall.ReadSecret("KEY"),
                "await_event {\"type\":\"t\",\"filter\":\"f\",\"timeout_ms\":1}",
                        new HostCall.AwaitEvent("t", "f", Optional.of(Duration.ofMillis(1))),
                "invoke {\"callable\":\"other\",\"input\":[1],\"mode\":\"async\",\"timeout_ms\":7}",
                        new HostCall.Invoke(
                                "other",
                                Bytes.utf8("[1]"),
                                HostCall.Mode.ASYNC,
                                Duration.ofMillis(7),
                                HostCall.ParentClose.CANCEL),
                "chunk {\"data\":[\"piece\"]}", new HostCall.Chunk(Bytes.utf8("[\"piece\"]")),
                "read", new HostCall.Read(),
                "publish {\"topic\":\"t\"}", new HostCall.Other("publish", 1, Bytes.utf8("{\"topic\":\"t\"}")),
                "publish@2 {}", new HostCall.Other("publish", 2, Bytes.utf8("{}")));
        for (var each : calls.entrySet()) {
            String[] parts = each.getKey().split(" ", 2);
            FakeHost host = new FakeHost(call -> FakeHost.json("true"));
            String arguments = parts.length == 1 ? "" : parts[1];
            assertEquals("true", Bench.answer(run("(call $call $0 $1)", host, parts[0], arguments)), each.getKey());
            assertEquals(each.getValue(), only(host));
        }
    }

    @Test
    void notesAreToldAndAnsweredWithNull() throws Exception {
        FakeHost host = new FakeHost();
        assertEquals(
                "null",
                Bench.answer(run(
                        "(call $call $0 $1)",
                        host,
                        "metric",
                        "{\"name\":\"m\",\"value\":2.5,\"labels\":{\"a\":\"b\"}}")));
        assertEquals(List.of(new HostNote.Measure("m", 2.5, Map.of("a", "b"))), host.told());
    }

    @Test
    void aSecretOfTheCallNeedsNoQuestion() throws Exception {
        FakeHost host = new FakeHost();
        Invocation invocation = Samples.invocation("{}", new Secret("swordfish", "1", Optional.empty(), List.of()));
        Outcome outcome = Asking.run(bench, "(call $call $0 $1)", host, invocation, "secret", "{\"name\":\"TOKEN\"}");
        assertEquals("\"swordfish\"", Bench.answer(outcome));
        assertEquals(List.of(), host.asked());
    }

    @Test
    void theContextTellsOfTheCall() throws Exception {
        String context = Bench.answer(run("(call $call $0 $1)", new FakeHost(), "context", ""));
        assertTrue(context.contains("\"traceId\":\"0af7651916cd43dd8448eb211c80319c\""), context);
        assertTrue(
                context.contains("\"functionName\":\"sample\",\"version\":1,\"attempt\":1,\"isReplay\":false"),
                context);
        assertTrue(
                context.contains("\"identity\":{\"type\":\"user\",\"id\":\"ada\",\"tenantId\":\"default\""), context);
    }

    @Test
    void assemblyScriptsAbortIsAFaultWithItsPlace() throws Exception {
        String message = "(data (i32.const 1020) \"\\06\\00\\00\\00b\\00a\\00d\\00\")"
                + "(data (i32.const 2044) \"\\08\\00\\00\\00a\\00.\\00t\\00s\\00\")";
        byte[] module = Wat.compile("(module " + Asking.IMPORTS + Bench.PRELUDE + message + Bench.HANDLER
                + "(call $abort (i32.const 1024) (i32.const 2048) (i32.const 7) (i32.const 3)) (i64.const 0)))");
        Fault fault = Bench.fault(
                bench.run(bench.launch(module, "main.handler", Samples.LIMITS, Map.of()), "{}", new FakeHost()));
        assertEquals("bad", fault.message());
        assertEquals("a.ts:7:3", fault.place().orElseThrow().toString());
    }

    @Test
    void hooksAndCompensationCallTheExportThatTheyName() throws Exception {
        byte[] module = Wat.compile("(module " + Bench.PRELUDE + Bench.HANDLER
                + "(i64.const 0)) (func (export \"other\") (param i32 i32) (result i64)"
                + " (call $pack (local.get 0) (local.get 1))))");
        try (Instance instance =
                bench.executor().start(bench.launch(module, "main.handler", Samples.LIMITS, Map.of()))) {
            assertEquals(
                    "{\"x\":1}",
                    Bench.answer(call(instance, new Entry.Hook("other", "before", Bytes.utf8("{\"x\":1}")))));
            Entry compensation = new Entry.Compensation(
                    "other",
                    "pay",
                    Bytes.utf8("{\"n\":1}"),
                    Optional.empty(),
                    Fault.of(Fault.CODE, Fault.Owner.FUNCTION, "later"));
            String told = Bench.answer(call(instance, compensation));
            assertTrue(
                    told.startsWith("{\"step\":\"pay\",\"input\":{\"n\":1},\"output\":null,\"cause\":{\"id\":"), told);
            Fault none = Bench.fault(call(instance, new Entry.Hook("nothing", "before", Bytes.utf8("{}"))));
            assertTrue(none.message().contains("exports no function \"nothing\""), none.message());
        }
    }

    private static Outcome call(Instance instance, Entry entry) {
        Invocation plain = Samples.invocation("{}");
        return instance.invoke(
                new Invocation(
                        plain.executionId(),
                        plain.attempt(),
                        entry,
                        plain.input(),
                        plain.attributes(),
                        plain.caller(),
                        plain.secrets(),
                        plain.deadline()),
                new FakeHost());
    }
}
