package dev.dovetail.executor.flow;

import static dev.dovetail.executor.flow.Flows.answer;
import static dev.dovetail.executor.flow.Flows.json;
import static dev.dovetail.executor.flow.TaskTest.calls;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.testkit.executor.FakeHost;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What tasks ask of other systems, of functions and of the system itself, and what becomes of the answers. */
final class CallTest {
    private static HostReply ok(String body) {
        return FakeHost.json("{\"status\":200,\"headers\":{\"Content-Type\":[\"application/json\"]},\"body\":"
                + Flows.JSON.getNodeFactory().textNode(body) + "}");
    }

    private static HostCall.Http http(FakeHost host, int index) {
        return assertInstanceOf(HostCall.Http.class, calls(host).get(index));
    }

    @Test
    void aRequestIsAStepOfItsOwn() {
        FakeHost host = new FakeHost(call -> ok("{\"id\":7}"));
        JsonNode output = answer("""
                do:
                  - create:
                      call: http
                      with:
                        method: post
                        endpoint: https://shop.example.com/{region}/orders/{id}?a=1
                        headers: {x-count: '${ .n }', x-many: [a, b]}
                        query: {q: 'a b&c', list: [1, 2]}
                        body: {total: '${ .n * 2 }'}
                """, "{\"id\":\"o/1\",\"region\":\"eu\",\"n\":4}", host);
        assertEquals(json("{\"id\":7}"), output);
        HostCall.Step step = assertInstanceOf(HostCall.Step.class, calls(host).getFirst());
        assertEquals("/do/0/create", step.label());
        assertEquals(1, step.policy().maxAttempts());
        HostCall.Http http = http(host, 1);
        assertEquals("POST", http.method());
        assertEquals("https://shop.example.com/eu/orders/o%2F1?a=1&q=a%20b%26c&list=1&list=2", http.uri());
        assertEquals(
                Map.of(
                        "x-count",
                        List.of("4"),
                        "x-many",
                        List.of("a", "b"),
                        "content-type",
                        List.of("application/json")),
                http.headers());
        assertEquals("{\"total\":8}", http.body().text());
        assertEquals(
                List.of(Host.MAIN, 1L, Host.MAIN),
                host.asked().stream().map(FakeHost.Asked::scope).toList());
        assertEquals(3, host.asked().getFirst().place().line());
    }

    @Test
    void aSettledRequestIsNotSentAgain() {
        FakeHost host = new FakeHost().whileReplaying();
        host.steps().settled("/do/0/get", FakeHost.json("{\"kept\":1}"));
        assertEquals(
                json("{\"kept\":1}"),
                answer(
                        "do: [{get: {call: http, with: {method: get, endpoint: 'https://example.com/{absent}'}}}]",
                        "{}",
                        host));
        assertEquals(1, host.asked().size());
    }

    @Test
    void anAnswerCanBeHadInThreeWays() {
        String flow = "do: [{get: {call: http, with: {method: get, endpoint: 'https://example.com/a', output: %s}}}]";
        assertEquals(json("[1]"), answer(flow.formatted("content"), "{}", new FakeHost(call -> ok("[1]"))));
        assertEquals(
                "WzFd",
                answer(flow.formatted("raw"), "{}", new FakeHost(call -> ok("[1]")))
                        .asText());
        assertEquals(json("""
                        {"request":{"method":"get","uri":"https://example.com/a"},"statusCode":200,
                         "headers":{"content-type":"application/json"},"content":[1]}"""), answer(flow.formatted("response"), "{}", new FakeHost(call -> ok("[1]"))));
        assertEquals(
                "no json",
                answer(flow.formatted("content"), "{}", new FakeHost(call -> ok("no json")))
                        .asText());
    }

    @Test
    void whoAsksIsShownAndKeptNowhere() {
        FakeHost host =
                new FakeHost(call -> call instanceof HostCall.ReadSecret ? FakeHost.json("\"swordfish\"") : ok("1"));
        Outcome outcome = Flows.run(Flows.launch("""
                        use:
                          secrets: [token]
                          authentications:
                            mine: {bearer: {token: '${ $secrets.token }'}}
                        do:
                          - a: {call: http, with: {method: get, endpoint: {uri: https://example.com, authentication: {use: mine}}}}
                          - b:
                              call: http
                              with:
                                method: get
                                endpoint: {uri: https://example.com, authentication: {basic: {username: ada, password: '${ $secrets.token }'}}}
                        """), "{}", host);
        assertEquals(json("1"), answer(outcome));
        assertEquals(List.of("Bearer swordfish"), http(host, 2).headers().get("authorization"));
        assertEquals(
                List.of("Basic YWRhOnN3b3JkZmlzaA=="), http(host, 5).headers().get("authorization"));
        for (HostCall call : calls(host)) {
            if (call instanceof HostCall.Step step) {
                assertFalse(
                        step.input().text().contains("swordfish"), step.input().text());
            }
        }
    }

    @Test
    void anAnswerWithoutSuccessIsAnError() {
        FakeHost host =
                new FakeHost(call -> FakeHost.json("{\"status\":404,\"headers\":{},\"body\":\"{\\\"why\\\":1}\"}"));
        Outcome outcome = Flows.run(
                Flows.launch("do: [{get: {call: http, with: {method: get, endpoint: 'https://example.com/a?key=k'}}}]"),
                "{}",
                host);
        Fault fault = Flows.fault(outcome);
        assertEquals(Fault.HTTP, fault.id());
        assertEquals(Fault.Owner.DEPENDENCY, fault.owner());
        assertEquals(json("{\"why\":1}"), json(fault.details().text()).path("body"));
        JsonNode error = Flows.error(outcome);
        assertEquals(
                "https://serverlessworkflow.io/spec/1.0.0/errors/communication",
                error.path("type").asText());
        assertEquals(404, error.path("status").asInt());
        assertEquals("/do/0/get", error.path("instance").asText());
        assertEquals(
                "GET https://example.com/a was answered with status 404",
                error.path("detail").asText());
    }

    @Test
    void functionsAndWorkflowsAreCalledByName() {
        FakeHost host = new FakeHost(call -> FakeHost.json("{\"done\":true}"));
        JsonNode output = answer("""
                do:
                  - charge: {call: charge-card, with: {amount: '${ .n }'}, output: {as: '$input + .'}}
                  - plain: {call: gts.x.core.faas.func.v1~acme.fn._.check.v1~}
                  - child: {run: {workflow: {namespace: shop, name: ship-order, version: latest, input: {n: 1}}}}
                  - later: {input: {from: '{n: 2}'}, run: {workflow: {name: tell}, await: false}}
                """, "{\"n\":5}", host);
        assertEquals(json("{\"n\":2}"), output);
        assertEquals(
                List.of(
                        invoke("charge-card", "{\"amount\":5}", HostCall.Mode.SYNC),
                        invoke(
                                "gts.x.core.faas.func.v1~acme.fn._.check.v1~",
                                "{\"n\":5,\"done\":true}",
                                HostCall.Mode.SYNC),
                        invoke("ship-order", "{\"n\":1}", HostCall.Mode.SYNC),
                        invoke("tell", "{\"n\":2}", HostCall.Mode.ASYNC)),
                calls(host));
    }

    private static HostCall invoke(String name, String input, HostCall.Mode mode) {
        return new HostCall.Invoke(
                name,
                Bytes.utf8(input),
                mode,
                Duration.ZERO,
                mode == HostCall.Mode.SYNC ? HostCall.ParentClose.CANCEL : HostCall.ParentClose.ABANDON);
    }

    @Test
    void functionsOfTheDocumentAreTasksWithTheirInput() {
        assertEquals(json("{\"sum\":5}"), answer("""
                        use:
                          functions:
                            add: {set: {sum: '${ .a + .b }'}}
                            twice: {call: add, with: {a: '${ .x }', b: '${ .x }'}}
                        do:
                          - four: {call: twice, with: {x: 2}}
                          - five: {call: add, with: {a: '${ .sum }', b: 1}}
                        """, "{}"));
    }

    @Test
    void anEventIsToldOnceAndGivenAsItWasTold() {
        FakeHost host = new FakeHost(call -> call instanceof HostCall.Now
                ? FakeHost.json("\"2026-11-21T08:00:00.000Z\"")
                : FakeHost.json("{\"delivered\":1}"));
        JsonNode output = answer(
                "do: [{tell: {emit: {event: {with: {type: order.paid, source: 'https://shop', data: {id: '${ .id }'}}}}}}]",
                "{\"id\":7}",
                host);
        assertEquals(json("""
                        {"specversion":"1.0","id":"effect-1","time":"2026-11-21T08:00:00.000Z",
                         "type":"order.paid","source":"https://shop","data":{"id":7}}"""), output);
        HostCall.Other told = assertInstanceOf(HostCall.Other.class, calls(host).get(2));
        assertEquals("publish", told.name());
        assertEquals(
                json("{\"topic\":\"order.paid\",\"payload\":{\"id\":7}}"),
                json(told.arguments().text()));
    }

    @Test
    void theSystemItselfCanBeAskedAndTold() {
        FakeHost host = new FakeHost(call -> FakeHost.json("\"answer\""));
        assertEquals(json("{\"n\":1}"), answer("""
                        do:
                          - log: {call: dovetail.log, with: {message: '${ "n is \\(.n)" }', level: warning, fields: {n: '${ .n }'}}}
                          - done: {call: dovetail.progress, with: {fraction: 1}}
                          - save: {call: dovetail.checkpoint, with: {label: here}}
                          - tell: {call: dovetail.signal, with: {execution: e-1, name: go, payload: [1]}}
                        """, "{\"n\":1}", host));
        assertEquals(2, host.told().size());
        assertEquals(2, host.asked().size());
        FakeHost asked = new FakeHost(call -> FakeHost.json("{\"approved\":true}"));
        assertTrue(answer("do: [{ok: {call: dovetail.approval, with: {name: boss, timeout: PT2H}}}]", "{}", asked)
                .path("approved")
                .asBoolean());
        answer(
                "do: [{ok: {call: dovetail.approval, with: {name: boss, timeout: {hours: 1, minutes: '${ .n }'}}}}]",
                "{\"n\":60}",
                asked);
        for (HostCall each : calls(asked)) {
            assertEquals(
                    "{\"name\":\"boss\",\"timeoutMs\":7200000}",
                    assertInstanceOf(HostCall.Other.class, each).arguments().text());
        }
        assertEquals(2, asked.asked().size());
    }
}
