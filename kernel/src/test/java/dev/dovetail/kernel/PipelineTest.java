package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The steps of a call and their order: whatever would refuse it first does. */
@ExtendWith(OpenHouse.class)
record PipelineTest(House house) {
    @Test
    void whoIsCallingIsAskedBeforeWhatIsCalled() {
        var request = house.request("/api/v1/functions/nobody/invoke")
                .POST(java.net.http.HttpRequest.BodyPublishers.noBody());
        House.send(request.copy().setHeader("Authorization", "Bearer wrong-wrong-wrong"))
                .isProblem(401, "unauthenticated");
        House.send(request).isProblem(404, "not_found");
    }

    @Tag("IV-31")
    @Test
    void eachStepRefusesBeforeTheNext() throws Exception {
        String contract = "\"contract\":{\"params\":{\"type\":\"object\",\"required\":[\"x\"]}}";
        house.deploy("ordered", "gate ordered", contract, "\"maxConcurrent\":1");
        // resolve before contract
        house.post("/api/v1/functions/ordered/invoke?version=9", "{}").isProblem(404, "not_found");
        // contract before policy, and before a dry run ends
        house.post("/api/v1/functions/ordered/invoke?dryRun=true", "{}").isProblem(422, "validation");
        house.invoke("ordered", "{}", "Idempotency-Key", " ").isProblem(422, "validation");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Reply> first =
                    threads.submit(() -> house.invoke("ordered", "{\"x\":1}", "Idempotency-Key", "first"));
            house.commands.gate("ordered").await(1);
            // contract before the limit, a dry run too, the key before the limit, and then the limit
            house.invoke("ordered", "{}").isProblem(422, "validation");
            house.post("/api/v1/functions/ordered/invoke?dryRun=true", "{\"x\":1}")
                    .is(200);
            house.invoke("ordered", "{\"x\":1}", "Idempotency-Key", "first").isProblem(409, "idempotency_conflict");
            house.invoke("ordered", "{\"x\":1}", "Idempotency-Key", "second").isProblem(429, "quota_exceeded");
            house.commands.gate("ordered").open();
            first.get().is(200);
        }
        // the key of a call that found no place is free again
        house.invoke("ordered", "{\"x\":1}", "Idempotency-Key", "second").is(200);
    }

    @Tag("IV-17")
    @Test
    void aDryRunRunsNothingAndLeavesNoRecord() {
        house.deploy("dry", "count dry");
        Reply reply =
                house.post("/api/v1/functions/dry/invoke?dryRun=true", "{}").is(200);
        assertEquals("true", reply.at("/dryRun"));
        assertEquals("1", reply.at("/version"));
        assertEquals("", reply.header("X-Execution-Id"));
        assertEquals(0, house.commands.count("dry").get());
        assertEquals(
                0,
                house.get("/api/v1/executions?function=dry").json().at("/items").size());
    }

    @Tag("FN-09")
    @Test
    void anInternalFunctionIsCalledByFunctionsOnly() {
        house.deploy("inner", "return 7", "\"traits\":{\"entrypoint\":false}");
        house.deploy("outer", "call inner {}");
        house.invoke("inner", "{}").isProblem(403, "permission_denied");
        assertEquals(
                "-32000",
                house.rpc("{\"jsonrpc\":\"2.0\",\"method\":\"inner\",\"id\":1}").at("/error/code"));
        assertEquals("7", house.invoke("outer", "{}").is(200).body());
    }

    @Tag("IV-15")
    @Test
    void aModeThatIsNotSupportedIsRefused() {
        house.deploy(
                "slow-only", "echo", "\"traits\":{\"invocation\":{\"supported\":[\"async\"],\"default\":\"async\"}}");
        house.invoke("slow-only", "{}").isProblem(422, "unsupported");
    }

    @Tag("TY-11")
    @Tag("TY-22")
    @Test
    void whatDoesNotFitTheContractIsToldByPathExpectationAndValue() {
        house.deploy(
                "typed",
                "return {\"sum\":\"three\"}",
                "\"contract\":{\"params\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}}},"
                        + "\"returns\":{\"type\":\"object\",\"properties\":{\"sum\":{\"type\":\"integer\"}}}}");
        Reply in = house.invoke("typed", "{\"a\":\"x\"}").isProblem(422, "validation");
        assertEquals("/a", in.at("/errors/0/path"));
        assertEquals("\"x\"", in.at("/errors/0/value"));
        assertEquals("caller", in.at("/owner"));
        Reply out = house.invoke("typed", "{\"a\":1}").isProblem(500, "contract_out");
        assertEquals("function", out.at("/owner"));
        assertEquals(out.header("X-Execution-Id"), out.at("/executionId"));
    }

    @Test
    void faultsHaveTheStatusOfTheirKindAndTheirOwner() {
        house.deploy("failing", "fail it broke");
        Reply failed = house.invoke("failing", "{}").isProblem(500, "code");
        assertEquals("The function failed", failed.at("/title"));
        assertEquals("it broke", failed.at("/detail"));
        assertEquals("main.cmd:1:1", failed.at("/place"));
        for (String[] each : new String[][] {
            {"runtime.v1~x.core._.memory_limit", "FUNCTION", "507", "memory_limit"},
            {"runtime.v1~x.core._.crashed", "FUNCTION", "502", "crashed"},
            {"http", "DEPENDENCY", "502", "http"},
            {"platform", "PLATFORM", "503", "platform"}
        }) {
            String name = "fault-" + each[3].replace('_', '-');
            house.deploy(
                    name, "fault gts.x.core.faas.err.v1~x.core._." + each[0] + ".v1~ " + each[1] + " out of memory");
            Reply reply = house.invoke(name, "{}").isProblem(Integer.parseInt(each[2]), each[3]);
            assertEquals(each[1].toLowerCase(java.util.Locale.ROOT), reply.at("/owner"));
        }
        house.deploy("waiting", "suspend");
        house.invoke("waiting", "{}").isProblem(409, "sync_suspension");
        house.deploy("dying", "die");
        assertEquals(
                "platform",
                house.invoke("dying", "{}").isProblem(503, "platform").at("/owner"));
        house.deploy("not-starting", "start-broken");
        assertEquals(
                "function",
                house.invoke("not-starting", "{}").isProblem(500, "code").at("/owner"));
    }

    @Tag("IV-25")
    @Test
    void theFullResultIsGivenToWhoeverAsksForIt() {
        house.deploy("full", "return {\"a\":1}");
        Reply reply = house.invoke("full", "", "Accept", "application/vnd.dovetail.result+json")
                .is(200);
        for (String member : List.of(
                "statusCode",
                "body",
                "executionTime",
                "billedDuration",
                "memoryUsed",
                "wasColdStart",
                "requestId",
                "logStreamName")) {
            assertTrue(reply.json().has(member), member);
        }
        assertEquals("{\"a\":1}", reply.at("/body"));
        Reply platform = house.send(
                "POST",
                "/api/v1/functions/full/invoke",
                "{\"payload\":{\"b\":2},\"alias\":\"none\"}".getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/vnd.dovetail.invocation+json");
        platform.isProblem(404, "not_found");
    }

    @Tag("IV-23")
    @Test
    void requestsAndAnswersUpToSixMegabytesPass() {
        house.deploy("big", "size 5000000");
        house.deploy("same", "echo");
        assertEquals(5_000_000, house.invoke("big", "{}").is(200).body().length());
        String large = "\"" + "y".repeat(5_999_000) + "\"";
        assertEquals(large.length(), house.invoke("same", large).is(200).body().length());
        house.invoke("same", "\"" + "y".repeat(6 * 1024 * 1024) + "\"").isProblem(413, "payload_too_large");
    }
}
