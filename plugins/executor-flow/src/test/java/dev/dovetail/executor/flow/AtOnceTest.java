package dev.dovetail.executor.flow;

import static dev.dovetail.executor.flow.Flows.answer;
import static dev.dovetail.executor.flow.TaskTest.calls;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Branches run at once, and the same answers in the same order lead to the same questions. */
final class AtOnceTest {
    private static final String REQUESTS = """
            do:
              - both:
                  fork:
                    compete: %s
                    branches:
                      - a: {call: http, with: {method: get, endpoint: 'https://a.example.com'}}
                      - b: {call: http, with: {method: get, endpoint: 'https://b.example.com'}}
              - after: {call: dovetail.random, output: {as: '[$input, .]'}}
            """;

    private static final HostReply OK = FakeHost.json("{\"status\":200,\"headers\":{},\"body\":\"1\"}");

    private static void give(FakeHost host, int index, HostReply reply) throws InterruptedException {
        host.awaitAsked(index + 1);
        host.answer(new Answer.Reply(host.asked().get(index).ticket(), reply));
    }

    @Test
    void stepsOfBranchesKeepToTheirScopes() throws Exception {
        try (Executor executor = Flows.executor();
                Instance instance = executor.start(Flows.launch(REQUESTS.formatted("false")))) {
            FakeHost host = new FakeHost().holding();
            Call call = Call.of(instance, Samples.invocation("{}"), host);
            host.awaitAsked(2);
            long b = ((HostReply.Run) host.release(1)).scope();
            host.awaitAsked(3);
            long a = ((HostReply.Run) host.release(0)).scope();
            give(host, 3, OK);
            host.awaitAsked(5);
            host.release(4);
            give(host, 2, OK);
            host.awaitAsked(6);
            host.release(5);
            give(host, 6, FakeHost.json("\"r\""));
            JsonNode output = answer(call.outcome(Duration.ofSeconds(30)));
            assertEquals(Flows.json("[[1,1],\"r\"]"), output);
            assertEquals(
                    List.of(Host.MAIN, Host.MAIN, b, a, Host.MAIN, Host.MAIN, Host.MAIN),
                    host.asked().stream().map(FakeHost.Asked::scope).toList());
        }
    }

    @Test
    void aStepThatLosesARaceIsGivenUp() throws Exception {
        try (Executor executor = Flows.executor();
                Instance instance = executor.start(Flows.launch(REQUESTS.formatted("true")))) {
            FakeHost host = new FakeHost().holding();
            Call call = Call.of(instance, Samples.invocation("{}"), host);
            host.awaitAsked(2);
            host.release(0);
            host.awaitAsked(3);
            long losing = ((HostReply.Run) host.release(1)).scope();
            give(host, 2, OK);
            host.awaitAsked(5);
            host.release(4);
            host.awaitAsked(7);
            HostCall.StepDone given = assertInstanceOf(
                    HostCall.StepDone.class, host.asked().get(5).call());
            assertEquals(losing, given.scope());
            HostCall.StepResult.Failed failed = assertInstanceOf(HostCall.StepResult.Failed.class, given.result());
            assertEquals(Fault.CANCELED, failed.fault().id());
            // what it had asked is answered after all, and finds nobody
            host.answer(new Answer.Reply(host.asked().get(3).ticket(), OK));
            host.release(5);
            give(host, 6, FakeHost.json("\"r\""));
            assertEquals(Flows.json("[1,\"r\"]"), answer(call.outcome(Duration.ofSeconds(30))));
        }
    }

    @Test
    void aStepThatIsToRunWhenNobodyWantsItIsGivenUp() throws Exception {
        try (Executor executor = Flows.executor();
                Instance instance = executor.start(Flows.launch(REQUESTS.formatted("true")))) {
            FakeHost host = new FakeHost().holding();
            Call call = Call.of(instance, Samples.invocation("{}"), host);
            host.awaitAsked(2);
            host.release(0);
            give(host, 2, OK);
            host.awaitAsked(4);
            host.release(3);
            host.awaitAsked(5);
            long late = ((HostReply.Run) host.release(1)).scope();
            host.awaitAsked(6);
            assertEquals(
                    late,
                    assertInstanceOf(
                                    HostCall.StepDone.class, host.asked().get(5).call())
                            .scope());
            give(host, 4, FakeHost.json("\"r\""));
            assertEquals(Flows.json("[1,\"r\"]"), answer(call.outcome(Duration.ofSeconds(30))));
        }
    }

    /** Nested branches, loops, timeouts, retries and races, with all that they ask. */
    private static final String MANY = """
            do:
              - many:
                  fork:
                    branches:
                      - loop:
                          for: {in: '[1,2,3]'}
                          do:
                            - nap: {wait: PT1S}
                            - race:
                                fork:
                                  compete: true
                                  branches:
                                    - x: {do: [{s: {wait: PT2S}}, {r: {call: dovetail.random}}]}
                                    - y: {call: dovetail.now}
                      - tries:
                          try:
                            - get: {timeout: {after: PT3S}, call: http, with: {method: get, endpoint: 'https://a.example.com'}}
                            - odd: {if: . == 1, raise: {error: {type: 'https://example.com/odd', status: 500}}}
                          catch: {retry: {delay: PT1S, jitter: {from: PT0S, to: PT1S}, limit: {attempt: {count: 4}}}, do: [{gone: {set: {all: gone}}}]}
                      - calls: {do: [{one: {call: one}}, {two: {call: two}}]}
            """;

    private static HostReply reply(HostCall call, Random random) {
        return switch (call) {
            case HostCall.Http _ ->
                random.nextBoolean() ? OK : FakeHost.json("{\"status\":503,\"headers\":{},\"body\":\"\"}");
            case HostCall.Now _ -> FakeHost.json("\"2026-11-21T08:00:00.000Z\"");
            case HostCall.Random _ -> FakeHost.json("\"" + "5a".repeat(16) + "\"");
            default -> FakeHost.json("null");
        };
    }

    @Test
    void theSameAnswersInTheSameOrderLeadToTheSameQuestions() throws Exception {
        long seed = System.nanoTime();
        for (int round = 0; round < 20; round++) {
            long own = seed + round;
            List<Object> first = history(own);
            assertEquals(first, history(own), "seed " + own);
            assertTrue(first.size() > 15, "seed " + own + ": " + first);
        }
    }

    @Test
    void aReplayThatIsCutOffAnywhereHasAskedWhatTheWholeAsked() throws Exception {
        long seed = System.nanoTime();
        List<Object> whole = history(seed);
        for (int cut = 0; cut < 60; cut++) {
            List<Object> part = history(seed, cut);
            String where = "seed " + seed + ", cut after " + cut;
            // the last entry is how it ended
            assertEquals(whole.subList(0, part.size() - 1), part.subList(0, part.size() - 1), where);
            assertTrue(part.equals(whole) || part.getLast().equals("suspended"), where + ": " + part.getLast());
        }
    }

    private static List<Object> history(long seed) throws Exception {
        return history(seed, Integer.MAX_VALUE);
    }

    /** What was asked when answers were given in a random order, so many of them before it was told to suspend. */
    private static List<Object> history(long seed, int cut) throws Exception {
        Random random = new Random(seed);
        try (Executor executor = Flows.executor();
                Instance instance = executor.start(Flows.launch(MANY))) {
            RandomHost host = new RandomHost(random, cut);
            Call call = Call.of(instance, Samples.invocation("{}"), host);
            host.history.add(
                    switch (call.outcome(Duration.ofSeconds(60))) {
                        case Outcome.Returned returned -> returned.body().text();
                        case Outcome.Suspended _ -> "suspended";
                        case Outcome other -> other.toString();
                    });
            return host.history;
        }
    }

    /** Answers one open question, whichever, whenever it is asked for an answer. */
    private static final class RandomHost implements Host {
        private final Random random;
        private int left;
        final List<Object> history = new ArrayList<>();
        private final List<FakeHost.Asked> open = new ArrayList<>();
        private long tickets;
        private long scopes;

        RandomHost(Random random, int answers) {
            this.random = random;
            this.left = answers;
        }

        @Override
        public long ask(long scope, HostCall call, dev.dovetail.spi.Place place) {
            history.add(scope + " " + call);
            open.add(new FakeHost.Asked(++tickets, scope, call, place));
            return tickets;
        }

        @Override
        public Answer next() {
            if (left-- == 0) {
                return new Answer.Suspend();
            }
            FakeHost.Asked next = open.remove(random.nextInt(open.size()));
            HostReply reply = switch (next.call()) {
                case HostCall.Step _ -> new HostReply.Run(++scopes, 1, "e" + scopes);
                case HostCall.StepDone(long _, HostCall.StepResult.Done(var output)) -> new HostReply.Value(output);
                case HostCall.StepDone(long _, HostCall.StepResult.Failed(var fault)) -> new HostReply.Refused(fault);
                case HostCall other -> reply(other, random);
            };
            history.add("answered " + next.ticket());
            return new Answer.Reply(next.ticket(), reply);
        }

        @Override
        public void tell(dev.dovetail.spi.host.HostNote note) {
            history.add(note);
        }

        @Override
        public boolean replaying() {
            return false;
        }
    }

    @Test
    void manyBranchesAreOneConversation() {
        FakeHost host = new FakeHost(call -> FakeHost.json("null"));
        StringBuilder flow = new StringBuilder("do: [{all: {fork: {branches: [");
        for (int i = 0; i < 100; i++) {
            flow.append("{b").append(i).append(": {wait: PT1S}},");
        }
        answer(flow.append("]}}}]").toString(), "{}", host);
        assertEquals(100, calls(host).size());
    }
}
