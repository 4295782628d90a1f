package dev.dovetail.kernel.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.VersionId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class TelemetryTest {
    private Telemetry telemetry =
            new Telemetry(TelemetrySettings.USUAL.withSampled(0).withLabelSets(3));

    @AfterEach
    void close() {
        telemetry.close();
        telemetry.close();
    }

    private static VersionId version(String tenant, String function, int number) {
        return new VersionId(
                Name.of(tenant), Name.of(function), number, Digest.of("x".getBytes(StandardCharsets.UTF_8)));
    }

    private String value(String series) {
        return found(series).orElseThrow(() -> new AssertionError(series + " is not in\n" + telemetry.metrics()));
    }

    private Optional<String> found(String series) {
        return telemetry
                .metrics()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .map(line -> line.substring(series.length() + 1))
                .findFirst();
    }

    @Test
    @Tag("OB-04")
    @Tag("OB-07")
    void aCallIsCountedAndMeasuredUnderItsTenantFunctionAndVersion() {
        FunctionMeter meter = telemetry.meter(version("acme", "digest", 2));
        meter.began();
        meter.began();
        meter.invocation(3_000_000, CallOutcome.SUCCEEDED, true, 5 << 20);
        meter.invocation(TimeUnit.SECONDS.toNanos(20), CallOutcome.TIMEOUT, false, 0);
        meter.began();
        meter.started(40_000_000);
        meter.throttled();
        String labels = "function=\"digest\",tenant=\"acme\",version=\"v2\"";
        assertEquals(
                "1",
                value("functions_invocations_total{function=\"digest\",status=\"succeeded\","
                        + "tenant=\"acme\",version=\"v2\"}"));
        assertEquals("1", value("functions_invocations_errors_total{error_type=\"timeout\"," + labels + "}"));
        assertEquals("1", value("functions_invocations_cold_start_total{" + labels + "}"));
        assertEquals("1", value("functions_invocations_throttled_total{" + labels + "}"));
        assertEquals("1", value("functions_concurrent_executions{" + labels + "}"));
        assertEquals("0", value("function_duration_seconds_bucket{" + labels + ",le=\"0.0025\"}"));
        assertEquals("1", value("function_duration_seconds_bucket{" + labels + ",le=\"0.005\"}"));
        assertEquals("2", value("function_duration_seconds_bucket{" + labels + ",le=\"+Inf\"}"));
        assertEquals("20.003", value("function_duration_seconds_sum{" + labels + "}"));
        assertEquals("2", value("function_duration_seconds_count{" + labels + "}"));
        assertEquals("1", value("function_init_duration_seconds_count{" + labels + "}"));
        assertEquals("5242880", value("function_memory_used_bytes_sum{" + labels + "}"));
    }

    @Test
    @Tag("OB-04")
    void everyLineIsASampleOrItsHeadAndEachHeadComesOnce() {
        telemetry.meter(version("acme", "digest", 1)).invocation(1, CallOutcome.CRASHED, true, 1);
        telemetry
                .counter("events.total", "What\nhappened \\ \"so\"", Map.of("tenant", "a\"b\\c\nd"))
                .add(2);
        try (var _ = telemetry.gauge(
                "functions.count", "Functions", () -> List.of(new Reading(1.5, Map.of("tenant", "t"))))) {
            String text = telemetry.metrics();
            String sample =
                    "[a-zA-Z_][a-zA-Z0-9_]*(\\{[a-z_]+=\"([^\"\\\\]|\\\\[\\\\n\"])*\"(,[a-z_]+=\"([^\"\\\\]|\\\\[\\\\n\"])*\")*})?"
                            + " (-?[0-9.]+(E-?[0-9]+)?|\\+Inf)";
            text.lines()
                    .forEach(line -> assertTrue(
                            line.startsWith("# HELP ") || line.startsWith("# TYPE ") || line.matches(sample), line));
            Map<String, Long> heads = text.lines()
                    .filter(line -> line.startsWith("# TYPE "))
                    .collect(Collectors.groupingBy(line -> line.split(" ")[2], Collectors.counting()));
            heads.forEach((name, count) -> assertEquals(1, count, name));
            assertEquals("2", value("events_total{tenant=\"a\\\"b\\\\c\\nd\"}"));
            assertTrue(text.contains("# HELP events_total What\\nhappened \\\\ \"so\"\n"), text);
            assertEquals("1.5", value("functions_count{tenant=\"t\"}"));
        }
        assertEquals(Optional.empty(), found("functions_count{tenant=\"t\"}"));
    }

    @Test
    @Tag("OB-07")
    void versionsBeyondTheBoundShareTheSeriesOfTheirTenant() {
        for (int i = 1; i <= 50; i++) {
            telemetry.meter(version("acme", "f", i)).invocation(1, CallOutcome.SUCCEEDED, false, 0);
        }
        for (int i = 1; i <= 50; i++) {
            telemetry.meter(version("tenant-" + i, "f", 1)).invocation(1, CallOutcome.SUCCEEDED, false, 0);
        }
        String other = "functions_invocations_total{function=\"_other\",status=\"succeeded\",tenant=\"";
        assertEquals("47", value(other + "acme\",version=\"_other\"}"));
        assertEquals("1", value(other + "tenant-2\",version=\"_other\"}"));
        assertEquals("48", value(other + "_other\",version=\"_other\"}"));
        long series = telemetry
                .metrics()
                .lines()
                .filter(l -> l.startsWith("functions_invocations_total{"))
                .count();
        assertEquals(7, series);
    }

    @Test
    void aMeterIsTheSameUntilItIsClosedAndThenItsSeriesIsGoneAndItsPlaceFree() {
        FunctionMeter first = telemetry.meter(version("acme", "f", 1));
        assertSame(first, telemetry.meter(version("acme", "f", 1)));
        telemetry.meter(version("acme", "f", 2));
        telemetry.meter(version("acme", "f", 3));
        first.invocation(1, CallOutcome.SUCCEEDED, false, 0);
        String series =
                "functions_invocations_total{function=\"f\",status=\"succeeded\",tenant=\"acme\",version=\"v1\"}";
        assertEquals("1", value(series));
        first.close();
        first.close();
        assertEquals(Optional.empty(), found(series));
        telemetry.meter(version("acme", "f", 4)).invocation(1, CallOutcome.SUCCEEDED, false, 0);
        assertEquals("1", value(series.replace("v1", "v4")));
        telemetry.meter(version("acme", "f", 5)).invocation(1, CallOutcome.SUCCEEDED, false, 0);
        assertEquals("1", value(series.replace("\"f\"", "\"_other\"").replace("v1", "_other")));
    }

    @Test
    void theSeriesOfAVersionThatIsGoneCanBeReadForTenMinutesAndThenItsPlaceIsFree() {
        VersionId gone = version("acme", "f", 1);
        VersionId there = version("acme", "f", 2);
        for (VersionId each : List.of(gone, there, version("acme", "g", 1))) {
            telemetry.meter(each).invocation(1, CallOutcome.SUCCEEDED, false, 0);
        }
        telemetry.measure(gone, "orders.total", 1, Map.of());
        telemetry.measure(version("acme", "g", 1), "orders.total", 1, Map.of());
        String series =
                "functions_invocations_total{function=\"f\",status=\"succeeded\",tenant=\"acme\",version=\"v1\"}";
        String code = "code_orders_total{function=\"f\",tenant=\"acme\"}";
        long now = System.nanoTime();
        telemetry.keep(there::equals, now);
        telemetry.keep(there::equals, now + TimeUnit.MINUTES.toNanos(9));
        assertEquals("1", value(series));
        assertEquals("1", value(code));
        telemetry.keep(version -> !version.equals(gone), now + TimeUnit.MINUTES.toNanos(10));
        assertEquals(Optional.empty(), found(series));
        assertEquals(Optional.empty(), found(code));
        assertEquals("1", value(series.replace("v1", "v2")));
        assertEquals("1", value(code.replace("\"f\"", "\"g\"")), "it came back meanwhile");
        telemetry.keep(there::equals, now + TimeUnit.MINUTES.toNanos(15));
        assertEquals("1", value(code.replace("\"f\"", "\"g\"")), "it has been gone for less than ten minutes");
        telemetry.meter(version("acme", "f", 3)).invocation(1, CallOutcome.SUCCEEDED, false, 0);
        assertEquals("1", value(series.replace("v1", "v3")), "its place is another's");
        telemetry.measure(there, "orders.total", 1, Map.of());
        assertEquals("2", value(code), "it is measured again, by another version");
    }

    @Test
    @Tag("OB-04")
    void noCallOfManyAtOnceIsLost() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int thread = 0; thread < 16; thread++) {
                threads.submit(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        FunctionMeter meter = telemetry.meter(version("acme", "f", 1));
                        meter.began();
                        meter.invocation(1, CallOutcome.SUCCEEDED, false, 0);
                    }
                });
            }
        }
        String labels = "function=\"f\",%stenant=\"acme\",version=\"v1\"}";
        assertEquals("16000", value("functions_invocations_total{" + labels.formatted("status=\"succeeded\",")));
        assertEquals("0", value("functions_concurrent_executions{" + labels.formatted("")));
    }

    @Test
    @Tag("OB-01")
    @Tag("OB-02")
    void aSampledCallLeavesItsSpansWithParentsAndLabels() {
        reopen(1);
        TraceContext context;
        try (Trace call = telemetry.trace()) {
            context = call.context();
            call.label(Trace.Label.REQUEST_ID, "r-1");
            call.begin(Trace.Stage.ROUTE).close();
            call.label(Trace.Label.FUNCTION, "digest");
            call.label(Trace.Label.VERSION, "v2");
            call.label(Trace.Label.TENANT, "acme");
            call.begin(Trace.Stage.COLD_START).close();
            try (Trace execute = call.begin(Trace.Stage.EXECUTE)) {
                execute.fail("gts.x.core.faas.err.v1~x.core._.code.v1~");
            }
            call.begin(Trace.Stage.RESPONSE).close();
        }
        List<FinishedSpan> spans = telemetry.spans(context.traceId());
        assertEquals(
                List.of(
                        "function.invoke",
                        "function.route",
                        "function.coldstart",
                        "function.execute",
                        "function.response"),
                spans.stream().map(FinishedSpan::name).toList());
        assertEquals(Optional.empty(), spans.getFirst().parentSpanId());
        spans.stream().skip(1).forEach(span -> assertEquals(Optional.of(context.spanId()), span.parentSpanId()));
        spans.stream()
                .skip(2)
                .forEach(span -> assertEquals("v2", span.attributes().get("function.version")));
        assertEquals(
                Map.of("request.id", "r-1", "function", "digest", "function.version", "v2", "tenant", "acme"),
                spans.getFirst().attributes());
        assertTrue(spans.get(3).failed());
        assertFalse(spans.get(4).failed());
    }

    @Test
    @Tag("OB-01")
    @Tag("OB-03")
    void theCallersTraceAndDecisionAreKept() {
        TraceContext caller = TraceContext.begin(true);
        try (Trace call = telemetry.trace(caller.traceparent());
                Trace execute = call.begin(Trace.Stage.EXECUTE)) {
            assertEquals(caller.traceId(), call.context().traceId());
            assertTrue(call.context().sampled());
            assertFalse(caller.spanId().equals(call.context().spanId()));
            assertFalse(execute.context().spanId().equals(call.context().spanId()));
        }
        FinishedSpan first = telemetry.spans(caller.traceId()).getFirst();
        assertEquals(Optional.of(caller.spanId()), first.parentSpanId());

        reopen(1);
        TraceContext quiet = TraceContext.begin(false);
        try (Trace call = telemetry.trace(quiet.traceparent())) {
            assertEquals(quiet.traceId(), call.context().traceId());
            assertFalse(call.context().sampled());
        }
        assertEquals(List.of(), telemetry.spans(quiet.traceId()));
    }

    @Test
    @Tag("OB-01")
    void anUnusableHeaderBeginsANewTrace() {
        try (Trace call = telemetry.trace("00-00000000000000000000000000000000-0000000000000000-01")) {
            assertFalse(call.context().sampled());
            assertEquals(32, call.context().traceId().length());
        }
    }

    @Test
    @Tag("OB-01")
    void aboutTheShareThatWasAskedForIsSampled() {
        reopen(0.25);
        int sampled = 0;
        for (int i = 0; i < 20_000; i++) {
            try (Trace call = telemetry.trace()) {
                sampled += call.context().sampled() ? 1 : 0;
            }
        }
        // six standard deviations to either side
        assertTrue(sampled > 4_630 && sampled < 5_370, "sampled " + sampled);
    }

    private void reopen(double sampled) {
        telemetry.close();
        telemetry = new Telemetry(TelemetrySettings.USUAL.withSampled(sampled));
    }
}
