package dev.dovetail.executor.flow;

import static dev.dovetail.executor.flow.Flows.answer;
import static dev.dovetail.executor.flow.Flows.json;
import static dev.dovetail.executor.flow.TaskTest.calls;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.testkit.executor.FakeHost;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Errors that are caught, and what is tried again. */
final class TryTest {
    private static final String GET = "{get: {call: http, with: {method: get, endpoint: 'https://example.com/a'}}}";

    /** Answers requests with these statuses in turn, and all else with null. */
    private static FakeHost answering(int... statuses) {
        AtomicInteger requests = new AtomicInteger();
        return new FakeHost(call -> switch (call) {
            case HostCall.Http _ ->
                FakeHost.json("{\"status\":" + statuses[Math.min(requests.getAndIncrement(), statuses.length - 1)]
                        + ",\"headers\":{},\"body\":\"[1]\"}");
            case HostCall.Random _ -> FakeHost.json("\"80000000" + "0".repeat(24) + "\"");
            case HostCall.Now _ -> FakeHost.json("\"2026-11-21T08:00:00.000Z\"");
            default -> FakeHost.json("null");
        });
    }

    private static List<Long> sleeps(FakeHost host) {
        return calls(host).stream()
                .filter(HostCall.Sleep.class::isInstance)
                .map(call -> ((HostCall.Sleep) call).duration().toMillis())
                .toList();
    }

    private static String attempt(String retry) {
        return "do: [{t: {try: [" + GET + "], catch: {retry: " + retry + "}}}]";
    }

    @Test
    void aCaughtErrorIsAVariableOfWhatIsDoneAboutIt() {
        JsonNode output = answer("""
                do:
                  - t:
                      try: [%s]
                      catch:
                        errors: {with: {type: https://serverlessworkflow.io.io/dsl/errors/types/communication, status: 404}}
                        as: err
                        do:
                          - note: {set: {status: '${ $err.status }', at: '${ $err.instance }', n: '${ .n }'}}
                """.formatted(GET), "{\"n\":1}", answering(404));
        assertEquals(json("{\"status\":404,\"at\":\"/do/0/t/try/0/get\",\"n\":1}"), output);
    }

    @Test
    @Tag("WF-23")
    void anErrorWithinASectionSkipsTheRestOfTheSectionOnly() {
        FakeHost host = answering(404, 200);
        JsonNode output = answer("""
                do:
                  - section:
                      try:
                        - inner: {try: [%s], catch: {errors: {with: {status: 503}}}}
                        - never: {set: {reached: true}}
                      catch: {do: [{instead: {set: {reached: false}}}]}
                  - after: {call: http, with: {method: get, endpoint: 'https://example.com/b'}, output: {as: '{after: .}'}}
                """.formatted(GET), "{}", host);
        assertEquals(json("{\"after\":[1]}"), output);
        assertEquals(
                2, calls(host).stream().filter(HostCall.Http.class::isInstance).count());
    }

    @Test
    void anErrorThatDoesNotFitIsNotCaught() {
        for (String condition : List.of(
                "errors: {with: {status: 503}}",
                "errors: {with: {type: 'https://serverlessworkflow.io/spec/1.0.0/errors/timeout'}}",
                "when: $error.status > 500",
                "exceptWhen: $error.status == 404")) {
            Outcome outcome = Flows.run(
                    Flows.launch("do: [{t: {try: [" + GET + "], catch: {" + condition + "}}}]"), "{}", answering(404));
            assertEquals(404, Flows.error(outcome).path("status").asInt(), condition);
        }
        assertEquals(
                json("{\"n\":1}"),
                answer(
                        "do: [{t: {try: [" + GET + "], catch: {when: $error.status == 404}}}]",
                        "{\"n\":1}",
                        answering(404)));
    }

    @Test
    void delaysGrowAsTheBackoffSays() {
        for (var each : List.of(
                List.of("{}", List.of(1000L, 1000L, 1000L)),
                List.of("{constant: {}}", List.of(1000L, 1000L, 1000L)),
                List.of("{linear: {}}", List.of(1000L, 2000L, 3000L)),
                List.of("{exponential: {}}", List.of(1000L, 2000L, 4000L)))) {
            String backoff = each.getFirst().equals("{}") ? "" : ", backoff: " + each.getFirst();
            FakeHost host = answering(503, 503, 503, 200);
            assertEquals(json("[1]"), answer(attempt("{delay: PT1S" + backoff + "}"), "{}", host));
            assertEquals(each.getLast(), sleeps(host), each.toString());
        }
    }

    @Test
    void jitterIsTheSameWhenItIsReplayed() {
        String retry = "{delay: PT1S, jitter: {from: PT1S, to: PT3S}, limit: {attempt: {count: 2}}}";
        FakeHost first = answering(503, 200);
        answer(attempt(retry), "{}", first);
        FakeHost second = answering(503, 200);
        answer(attempt(retry), "{}", second);
        assertEquals(List.of(3000L), sleeps(first));
        assertEquals(calls(first), calls(second));
    }

    @Test
    void triesAreLimitedInNumberAndTime() {
        for (String limit : List.of("{attempt: {count: 3}}", "{duration: PT3S}")) {
            FakeHost host = answering(503);
            Outcome outcome = Flows.run(
                    Flows.launch(attempt("{delay: PT2S, backoff: {linear: {}}, limit: " + limit + "}")), "{}", host);
            assertEquals(503, Flows.error(outcome).path("status").asInt());
            assertEquals(limit.contains("count") ? List.of(2000L, 4000L) : List.of(2000L), sleeps(host));
        }
    }

    @Test
    void aRetryMayDependOnTheErrorAndBeDeclaredForAll() {
        String flow = """
                use: {retries: {mine: {delay: PT1S, when: $error.status == 503, limit: {attempt: {count: 5}}}}}
                do: [{t: {try: [%s], catch: {retry: mine, do: [{gone: {set: {gave: up}}}]}}}]
                """.formatted(GET);
        FakeHost host = answering(503, 404);
        assertEquals(json("{\"gave\":\"up\"}"), answer(flow, "{}", host));
        assertEquals(List.of(1000L), sleeps(host));
    }

    @Test
    void whatTheHostRefusesIsAnErrorOfItsKind() {
        for (var each : List.of(
                List.of(Fault.VALIDATION, "validation", 400),
                List.of(Fault.TIMEOUT, "timeout", 408),
                List.of(Fault.HTTP_TRANSPORT, "communication", 500),
                List.of(Fault.PERMISSION_DENIED, "authorization", 403),
                List.of(Fault.UNSUPPORTED, "configuration", 400),
                List.of(Fault.NOT_FOUND, "runtime", 404),
                List.of(Fault.CODE, "runtime", 500))) {
            Fault fault = Fault.of((String) each.getFirst(), Fault.Owner.DEPENDENCY, "because");
            Outcome outcome = Flows.run(
                    Flows.launch("do: [{f: {call: other}}]"), "{}", new FakeHost(call -> new HostReply.Refused(fault)));
            assertEquals(fault.id(), Flows.fault(outcome).id());
            assertEquals(Fault.Owner.DEPENDENCY, Flows.fault(outcome).owner());
            JsonNode error = Flows.error(outcome);
            assertTrue(error.path("type").asText().endsWith("/errors/" + each.get(1)), error.toString());
            assertEquals(each.get(2), error.path("status").asInt());
            assertEquals("because", error.path("detail").asText());
        }
    }

    @Test
    void anErrorComesOutOfAStepAsItWentIn() {
        // what a step failed with is recorded as a fault, and read back from it
        FakeHost live = answering(404);
        Fault recorded = Flows.fault(Flows.run(Flows.launch("do: [" + GET + "]"), "{}", live));
        FakeHost replayed = new FakeHost().whileReplaying();
        replayed.steps().settled("/do/0/get", new HostReply.Refused(recorded));
        Outcome again = Flows.run(Flows.launch("do: [" + GET + "]"), "{}", replayed);
        assertEquals(
                json(recorded.details().text()),
                json(Flows.fault(again).details().text()));
        assertEquals(recorded.message(), Flows.fault(again).message());
    }

    @Test
    void aTimeoutEndsWhatTakesTooLong() {
        String flow = """
                use: {timeouts: {short: {after: {minutes: 1}}}}
                do:
                  - t:
                      try:
                        - slow: {timeout: short, do: [{one: {set: {n: 1}}}, {wait: {wait: P1D}}]}
                      catch: {do: [{late: {set: '${ $error }'}}]}
                """;
        FakeHost host = new FakeHost().holding();
        FakeHost[] hosts = {host};
        Thread.ofVirtual().start(() -> timer(hosts[0]));
        JsonNode error = answer(flow, "{}", host);
        assertTrue(error.path("type").asText().endsWith("/errors/timeout"), error.toString());
        assertEquals("/do/0/t/try/0/slow", error.path("instance").asText());
        assertEquals(
                List.of(new HostCall.Sleep(Duration.ofMinutes(1)), new HostCall.Sleep(Duration.ofDays(1))),
                calls(host));
    }

    /** Answers the timer, which is the first that is asked, once the wait has begun. */
    private static void timer(FakeHost host) {
        try {
            host.awaitAsked(2);
            host.answer(new dev.dovetail.spi.host.Answer.Reply(
                    host.asked().getFirst().ticket(), FakeHost.json("null")));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatIsInTimeGivesItsOutput() {
        FakeHost host = new FakeHost().holding();
        assertEquals(
                json("{\"n\":2}"),
                answer("timeout: {after: PT1M}\ndo: [{a: {timeout: {after: PT5S}, set: {n: 2}}}]", "{}", host));
        assertEquals(2, host.asked().size());
    }
}
