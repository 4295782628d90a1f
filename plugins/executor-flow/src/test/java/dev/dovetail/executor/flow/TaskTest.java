package dev.dovetail.executor.flow;

import static dev.dovetail.executor.flow.Flows.answer;
import static dev.dovetail.executor.flow.Flows.json;
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
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What tasks that ask nothing of the world come to, and how data flows from one to the next. */
final class TaskTest {
    @Test
    void dataFlowsFromTaskToTaskThroughTheirTransformations() {
        JsonNode output = answer("""
                input: {from: .order}
                do:
                  - price:
                      input: {from: '{n: .count, at: .price}'}
                      set: {total: '${ .n * .at }', asked: '${ $input.n }'}
                      output: {as: '. + {note: "by \\($task.name) at \\($task.reference)"}'}
                      export: {as: '$context + {kept: .total}'}
                  - tax:
                      set: '${ {gross: (.total * 2), from: $context.kept, note, id: ($workflow.input.order.count)} }'
                output: {as: '. + {context: $context}'}
                """, "{\"order\": {\"count\": 3, \"price\": 5}}");
        assertEquals(
                json(
                        "{\"gross\":30,\"from\":15,\"note\":\"by price at /do/0/price\",\"id\":3,\"context\":{\"kept\":15}}"),
                output);
    }

    @Test
    void aTaskWhoseConditionIsFalseIsSkipped() {
        JsonNode output = answer("""
                do:
                  - small: {if: .n < 10, set: {n: 1, seen: small}, then: exit}
                  - large: {if: '${ .n >= 10 }', set: {n: '${ .n + 1 }'}}
                  - last: {if: 'false', raise: {error: {type: 'https://example.com/never', status: 500}}}
                """, "{\"n\": 41}");
        assertEquals(json("{\"n\":42}"), output);
    }

    @Test
    void aSwitchLeadsToTheFirstCaseThatFits() {
        String flow = """
                do:
                  - choose:
                      switch:
                        - electronic: {when: .type == "e", then: send}
                        - standard: {then: unknown}
                        - physical: {when: .type == "p", then: pack}
                  - send: {set: {done: sent}, then: end}
                  - pack: {set: {done: packed}, then: exit}
                  - unknown: {set: {done: nothing}}
                """;
        assertEquals("sent", answer(flow, "{\"type\":\"e\"}").path("done").asText());
        assertEquals("packed", answer(flow, "{\"type\":\"p\"}").path("done").asText());
        assertEquals("nothing", answer(flow, "{\"type\":\"x\"}").path("done").asText());
    }

    @Test
    void aTaskCanLeadBackToOneBeforeIt() {
        assertEquals(json("{\"n\":5}"), answer("""
                        do:
                          - more: {set: {n: '${ .n + 1 }'}}
                          - enough: {switch: [{no: {when: .n < 5, then: more}}]}
                        """, "{\"n\":0}"));
    }

    @Test
    @Tag("WF-08")
    void branchesWithinALoopLeadEachItemItsWay() {
        String flow = """
                do:
                  - all:
                      for: {each: item, in: .items}
                      do:
                        - choose:
                            switch:
                              - dear: {when: $item > 10, then: large}
                              - cheap: {then: small}
                        - large: {set: '${ {items: .items, large: ((.large // 0) + $item), small} }', then: exit}
                        - small: {set: '${ {items: .items, small: ((.small // 0) + $item), large} }'}
                output: {as: '{large, small}'}
                """;
        assertEquals(json("{\"large\":61,\"small\":9}"), answer(flow, "{\"items\":[50, 4, 11, 5]}"));
        assertEquals(json("{\"large\":null,\"small\":1}"), answer(flow, "{\"items\":[1]}"));
    }

    @Test
    void aLoopThatNeverEndsIsStopped() {
        Outcome outcome = Flows.run(Flows.launch("do: [{again: {set: '${ . }', then: again}}]"), "{}", new FakeHost());
        assertEquals(Fault.CPU_LIMIT, Flows.fault(outcome).id());
    }

    @Test
    void exitLeavesTheListAndEndTheWorkflow() {
        String flow = """
                do:
                  - outer:
                      do:
                        - first: {set: {at: first}, then: %s}
                        - second: {set: {at: second}}
                  - after: {set: {at: '${ .at + " and after" }'}}
                output: {as: '{out: .at}'}
                """;
        assertEquals(json("{\"out\":\"first and after\"}"), answer(flow.formatted("exit"), "{}"));
        assertEquals(json("{\"out\":\"first\"}"), answer(flow.formatted("end"), "{}"));
    }

    @Test
    void aForTaskGoesThroughItsItemsWhileItMay() {
        JsonNode output = answer("""
                do:
                  - colors:
                      for: {each: color, in: .colors, at: i}
                      while: $i < 2
                      do:
                        - mark: {set: '${ {all: (.all + [$color, $i]), colors: .colors} }'}
                """, "{\"colors\": [\"red\", \"green\", \"blue\"]}");
        assertEquals(json("[\"red\",0,\"green\",1]"), output.path("all"));
    }

    @Test
    void aForTaskHasNamesForWhatHasNone() {
        assertEquals(
                json("[[\"a\",0],[\"b\",1]]"),
                answer(
                        "do: [{all: {for: {in: '[\"a\",\"b\"]'}, do: [{one: {set: '${ (. // []) + [[$item, $index]] }'}}]}}]",
                        "null"));
    }

    @Test
    void branchesGiveTheirOutputsInTheirOrder() {
        FakeHost host = new FakeHost(call -> FakeHost.json("null"));
        JsonNode output = answer("""
                do:
                  - both:
                      fork:
                        branches:
                          - slow: {do: [{wait: {wait: PT2S}}, {a: {set: {a: '${ .n }'}}}]}
                          - quick: {set: {b: '${ .n + 1 }'}}
                """, "{\"n\":1}", host);
        assertEquals(json("[{\"a\":1},{\"b\":2}]"), output);
        assertEquals(List.of(new HostCall.Sleep(Duration.ofSeconds(2))), calls(host));
    }

    static List<HostCall> calls(FakeHost host) {
        return host.asked().stream().map(FakeHost.Asked::call).toList();
    }

    @Test
    void competingBranchesGiveTheFirstOutput() {
        FakeHost host = new FakeHost().holding();
        JsonNode output = answer("""
                do:
                  - race:
                      fork:
                        compete: true
                        branches:
                          - slow: {do: [{wait: {wait: P1D}}, {a: {set: {won: slow}}}]}
                          - quick: {set: {won: quick}}
                """, "{}", host);
        assertEquals(json("{\"won\":\"quick\"}"), output);
    }

    @Test
    void anErrorInABranchEndsTheOthers() {
        FakeHost host = new FakeHost().holding();
        Outcome outcome = Flows.run(Flows.launch("""
                        do:
                          - both:
                              fork:
                                branches:
                                  - slow: {wait: P1D}
                                  - bad: {raise: {error: {type: 'https://example.com/bad', status: 418}}}
                        """), "{}", host);
        JsonNode error = Flows.error(outcome);
        assertEquals("https://example.com/bad", error.path("type").asText());
        assertEquals("/do/0/both/fork/branches/1/bad", error.path("instance").asText());
    }

    @Test
    void waitsAreAskedOfTheHost() {
        FakeHost host = new FakeHost(call -> FakeHost.json("null"));
        answer("""
                do:
                  - text: {wait: PT1M30S}
                  - object: {wait: {days: 1, hours: 2, milliseconds: 5}}
                  - computed: {wait: '${ .pause }'}
                """, "{\"pause\":\"PT7S\"}", host);
        assertEquals(
                List.of(
                        new HostCall.Sleep(Duration.ofSeconds(90)),
                        new HostCall.Sleep(Duration.ofHours(26).plusMillis(5)),
                        new HostCall.Sleep(Duration.ofSeconds(7))),
                calls(host));
    }

    @Test
    void anUncaughtErrorFailsTheWorkflowWithAllThatItSays() {
        Outcome outcome = Flows.run(Flows.launch("""
                        use:
                          errors:
                            soldOut:
                              type: https://example.com/sold-out
                              status: 409
                              title: Sold out
                              detail: ${ "no \\(.item) left" }
                        do:
                          - check: {do: [{fail: {raise: {error: soldOut}}}]}
                        """), "{\"item\":\"cheese\"}", new FakeHost());
        Fault fault = Flows.fault(outcome);
        assertEquals(Fault.CODE, fault.id());
        assertEquals("Sold out: no cheese left", fault.message());
        assertEquals(10, fault.place().orElseThrow().line());
        assertEquals(json("""
                        {"type":"https://example.com/sold-out","status":409,"title":"Sold out",
                         "detail":"no cheese left","instance":"/do/0/check/do/0/fail"}"""), Flows.error(outcome));
    }

    @Test
    void anExpressionThatFailsIsAnErrorOfItsTask() {
        Outcome outcome =
                Flows.run(Flows.launch("do: [{bad: {set: '${ .a.b.c + {} }'}}]"), "{\"a\":1}", new FakeHost());
        JsonNode error = Flows.error(outcome);
        assertTrue(error.path("type").asText().endsWith("/errors/expression"), error.toString());
        assertTrue(error.path("detail").asText().startsWith(".a.b.c + {} failed"), error.toString());
        assertEquals("/do/0/bad", error.path("instance").asText());
    }

    @Test
    void theEnvironmentAndTheSecretsAreThere() {
        FakeHost host = new FakeHost(call -> call instanceof HostCall.ReadSecret(String name)
                ? FakeHost.json("\"" + name + "!\"")
                : new HostReply.Refused(Fault.of(Fault.UNSUPPORTED, Fault.Owner.PLATFORM, call.toString())));
        Outcome outcome = Flows.run(Flows.launch("workflow.json", """
                        {"document": {"dsl": "1.0.0", "namespace": "a", "name": "b", "version": "1.0.0"},
                         "use": {"secrets": ["one", "two"]},
                         "do": [{"all": {"set": {"s": "${ $secrets }", "e": "${ $ENV.COLOUR }", "r": "${ $runtime.name }"}}}]}
                        """, Map.of("COLOUR", "blue")), "{}", host);
        assertEquals(
                json("{\"s\":{\"one\":\"one!\",\"two\":\"two!\"},\"e\":\"blue\",\"r\":\"dovetail\"}"), answer(outcome));
    }

    @Test
    void whenItBeganIsAskedOnlyIfSomebodyWantsToKnow() {
        FakeHost host = new FakeHost(call -> FakeHost.json("\"2026-11-21T08:00:00.250Z\""));
        JsonNode output = answer(
                "do: [{a: {set: {at: '${ $workflow.startedAt.epoch.milliseconds }', iso: '${ $task.startedAt.iso8601 }'}}}]",
                "{}",
                host);
        assertEquals(json("{\"at\":1795248000250,\"iso\":\"2026-11-21T08:00:00.250Z\"}"), output);
        assertEquals(List.of(new HostCall.Now(), new HostCall.Now()), calls(host));
    }

    @Test
    void whatIsNotWhollyAnExpressionStandsAsItIs() {
        assertEquals(
                json("{\"a\":\"Hello ${ .n }\",\"b\":\"$ {x}\",\"c\":[1,{\"d\":7}],\"e\":null}"),
                answer(
                        "do: [{a: {set: {a: 'Hello ${ .n }', b: '$ {x}', c: [1, {d: '${.n}'}], e: null}}}]",
                        "{\"n\":7}"));
    }
}
