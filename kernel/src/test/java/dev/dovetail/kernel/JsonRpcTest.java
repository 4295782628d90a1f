package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON-RPC 2.0, with each example of its specification (section 7). */
@ExtendWith(OpenHouse.class)
record JsonRpcTest(House house) {
    @BeforeAll
    static void deploy(House house) {
        String numbers = "{\"type\":\"object\",\"properties\":{\"minuend\":{\"type\":\"integer\"},"
                + "\"subtrahend\":{\"type\":\"integer\"}},\"required\":[\"minuend\",\"subtrahend\"]}";
        house.deploy("subtract", "subtract", "\"contract\":{\"params\":" + numbers + "}");
        house.deploy("update", "count update");
        house.deploy("sum", "sum");
        house.deploy("notify", "count notify");
        house.deploy("get-data", "return [\"hello\",5]");
    }

    private void answers(String request, String expected) {
        assertEquals(
                House.SCHEMAS.parse(expected), plain(house.rpc(request).is(200).json()), request);
    }

    /** The answer without what the specification leaves open: the words of errors and what is told beside them. */
    private static JsonNode plain(JsonNode answer) {
        if (answer.isArray()) {
            answer.forEach(JsonRpcTest::plain);
        } else if (answer.path("error") instanceof ObjectNode error) {
            assertTrue(error.path("message").isString(), answer.toString());
            error.remove(List.of("message", "data"));
        }
        return answer;
    }

    private static String error(int code, String id) {
        return "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":" + code + "},\"id\":" + id + "}";
    }

    @Tag("IV-02")
    @Test
    void callsWithPositionalParameters() {
        answers(
                "{\"jsonrpc\": \"2.0\", \"method\": \"subtract\", \"params\": [42, 23], \"id\": 1}",
                "{\"jsonrpc\": \"2.0\", \"result\": 19, \"id\": 1}");
        answers(
                "{\"jsonrpc\": \"2.0\", \"method\": \"subtract\", \"params\": [23, 42], \"id\": 2}",
                "{\"jsonrpc\": \"2.0\", \"result\": -19, \"id\": 2}");
    }

    @Test
    void callsWithNamedParameters() {
        answers(
                "{\"jsonrpc\": \"2.0\", \"method\": \"subtract\", \"params\": {\"subtrahend\": 23, \"minuend\": 42}, \"id\": 3}",
                "{\"jsonrpc\": \"2.0\", \"result\": 19, \"id\": 3}");
        answers(
                "{\"jsonrpc\": \"2.0\", \"method\": \"subtract\", \"params\": {\"minuend\": 42, \"subtrahend\": 23}, \"id\": 4}",
                "{\"jsonrpc\": \"2.0\", \"result\": 19, \"id\": 4}");
    }

    @Tag("IV-04")
    @Test
    void notificationsRunAndAreNotAnswered() {
        int before = house.commands.count("update").get();
        assertEquals(
                "",
                house.rpc("{\"jsonrpc\": \"2.0\", \"method\": \"update\", \"params\": [1,2,3,4,5]}")
                        .is(204)
                        .body());
        assertEquals(
                "",
                house.rpc("{\"jsonrpc\": \"2.0\", \"method\": \"foobar\"}")
                        .is(204)
                        .body());
        assertEquals(before + 1, house.commands.count("update").get());
    }

    @Tag("IV-03")
    @Test
    void whatIsNotThereIsNotFound() {
        answers("{\"jsonrpc\": \"2.0\", \"method\": \"foobar\", \"id\": \"1\"}", error(-32601, "\"1\""));
    }

    @Test
    void invalidJsonIsAParseError() {
        answers("{\"jsonrpc\": \"2.0\", \"method\": \"foobar, \"params\": \"bar\", \"baz]", error(-32700, "null"));
    }

    @Test
    void anInvalidRequestIsOne() {
        answers("{\"jsonrpc\": \"2.0\", \"method\": 1, \"params\": \"bar\"}", error(-32600, "null"));
    }

    @Test
    void aBatchOfInvalidJsonIsOneParseError() {
        answers(
                "[{\"jsonrpc\": \"2.0\", \"method\": \"sum\", \"params\": [1,2,4], \"id\": \"1\"}, {\"jsonrpc\": \"2.0\", \"method\"]",
                error(-32700, "null"));
    }

    @Test
    void anEmptyBatchIsOneInvalidRequest() {
        answers("[]", error(-32600, "null"));
    }

    @Test
    void anInvalidBatchIsAnsweredForEachOfIt() {
        answers("[1]", "[" + error(-32600, "null") + "]");
        answers(
                "[1,2,3]",
                "[" + error(-32600, "null") + "," + error(-32600, "null") + "," + error(-32600, "null") + "]");
    }

    @Tag("IV-04")
    @Test
    void aBatchIsAnsweredEachForItself() {
        answers(
                """
                [
                  {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
                  {"jsonrpc": "2.0", "method": "notify", "params": [7]},
                  {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
                  {"foo": "boo"},
                  {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
                  {"jsonrpc": "2.0", "method": "get-data", "id": "9"}
                ]""",
                "[{\"jsonrpc\": \"2.0\", \"result\": 7, \"id\": \"1\"},"
                        + "{\"jsonrpc\": \"2.0\", \"result\": 19, \"id\": \"2\"}," + error(-32600, "null") + ","
                        + error(-32601, "\"5\"")
                        + ",{\"jsonrpc\": \"2.0\", \"result\": [\"hello\", 5], \"id\": \"9\"}]");
    }

    @Test
    void aBatchOfNotificationsIsNotAnswered() {
        int before = house.commands.count("notify").get();
        assertEquals("", house.rpc("""
                [
                  {"jsonrpc": "2.0", "method": "update", "params": [1,2,4]},
                  {"jsonrpc": "2.0", "method": "notify", "params": [7]}
                ]""").is(204).body());
        assertEquals(before + 1, house.commands.count("notify").get());
    }

    @Test
    void parametersThatDoNotFitAreInvalidAndAFailureTellsWhatAndWhere() {
        answers("{\"jsonrpc\":\"2.0\",\"method\":\"subtract\",\"params\":[1],\"id\":1}", error(-32602, "1"));
        answers("{\"jsonrpc\":\"2.0\",\"method\":\"subtract\",\"params\":[1,2,3],\"id\":1}", error(-32602, "1"));
        house.deploy("rpc-failing", "log seen\nfail broken");
        Reply failed = house.rpc("{\"jsonrpc\":\"2.0\",\"method\":\"rpc-failing\",\"id\":null}");
        assertEquals("-32000", failed.at("/error/code"));
        assertEquals("gts.x.core.faas.err.v1~x.core._.code.v1~", failed.at("/error/data/id"));
        assertEquals(failed.header("X-Execution-Id"), failed.at("/error/data/executionId"));
        assertTrue(failed.json()
                .at("/error/data/observability/metrics/duration_ms")
                .isNumber());
        assertTrue(failed.json().get("id").isNull());
    }

    @Test
    void bothPathsAreServedADryRunIsOneAndBatchesHaveALimit() {
        assertEquals(
                "[\"hello\",5]",
                house.post("/json-rpc", "{\"jsonrpc\":\"2.0\",\"method\":\"get-data\",\"id\":1}")
                        .at("/result"));
        int before = house.commands.count("update").get();
        Reply dry = house.rpc("{\"jsonrpc\":\"2.0\",\"method\":\"update\",\"params\":{\"dry_run\":true},\"id\":1}");
        assertEquals("true", dry.at("/result/valid"));
        assertEquals(before, house.commands.count("update").get());
        String one = "{\"jsonrpc\":\"2.0\",\"method\":\"get-data\",\"id\":1}";
        answers("[" + (one + ",").repeat(100) + one + "]", error(-32600, "null"));
        for (String id : List.of("{}", "[]", "true")) {
            answers("{\"jsonrpc\":\"2.0\",\"method\":\"get-data\",\"id\":" + id + "}", error(-32600, "null"));
        }
    }
}
