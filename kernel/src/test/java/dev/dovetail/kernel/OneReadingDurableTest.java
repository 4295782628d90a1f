package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken on can be carried and shown; what could not be is refused at the door, and nothing is left of it. */
@ExtendWith(OpenHouse.class)
record OneReadingDurableTest(House house, Flows flows) {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\ufeff{\"name\":\"ada\"}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1e99999999999999999999}",
                "{\"a\":1e400}",
                "{\"a\":\"\\ud83d\"}"
            })
    void whatNotEverybodyReadsIsNotTakenOn(String body) {
        if (house.get("/api/v1/functions/any").status() == 404) {
            house.deploy("any", "echo");
        }
        for (String how : List.of("invoke", "invoke-async", "invoke-stream")) {
            house.post("/api/v1/functions/any/" + how, body).isProblem(400, "parse");
        }
        assertEquals(
                0,
                house.get("/api/v1/executions?function=any")
                        .is(200)
                        .json()
                        .get("items")
                        .size());
        house.get("/api/v1/executions").is(200);
    }

    @Test
    void textInAnotherEncodingIsTheCallersFault() {
        house.deploy("encoded", "echo");
        for (var each : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_32LE)) {
            Reply reply = house.send("POST", "/api/v1/functions/encoded/invoke", "{\"a\": 1}".getBytes(each))
                    .isProblem(400, "parse");
            assertEquals("caller", reply.at("/owner"));
            assertTrue(reply.at("/detail").contains("not UTF-8"), reply.body());
        }
    }

    @Test
    void asDeepAsIsTakenIsShownToo() throws Exception {
        String deep = "[".repeat(200) + "]".repeat(200);
        flows.deploy("deep", guest -> guest.call(Guest.event("go", Duration.ofHours(1))));
        String id = flows.start("deep", deep);
        flows.await(id, "suspended");
        String inner = "[".repeat(199) + "]".repeat(199);
        flows.signal(id, "go", inner).is(202);
        assertEquals(inner, flows.await(id, "succeeded").at("/output"));
        for (String path : List.of("", "/timeline", "/explain")) {
            house.get("/api/v1/executions/" + id + path).is(200);
        }
        house.get("/api/v1/jobs/" + id + "/result").is(200);
        house.post("/api/v1/functions/deep/invoke-async", "[" + deep + "]").isProblem(400, "parse");
        flows.signal(id, "go", deep).isProblem(400, "parse");
    }

    @Test
    void whatCodeSaysThatNotEverybodyReadsEndsIt() throws Exception {
        String deep = "[".repeat(250) + "]".repeat(250);
        flows.deploy("step-deep", guest -> guest.step("s", (_, _) -> deep));
        flows.deploy("step-twice", guest -> guest.step("s", (_, _) -> "{\"a\":1,\"a\":2}"));
        flows.deploy("end-deep", guest -> deep);
        for (String name : List.of("step-deep", "step-twice", "end-deep")) {
            String id = flows.start(name, "{}");
            Reply failed = flows.await(id, "failed");
            assertEquals("function", failed.at("/error/owner"), failed.body());
            assertTrue(failed.at("/error/message").contains("JSON"), failed.body());
            house.get("/api/v1/executions/" + id + "/timeline").is(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1,\"a\":2}", "{", "[1e400]"})
    void aPlainCallThatAsksWithWhatIsNoJsonIsTheFunctionsFault(String input) {
        String name = "asks-" + Integer.toHexString(input.hashCode());
        house.commands.flow(name, guest -> guest.child(name, input));
        house.deploy(name, "flow " + name);
        Reply failed = house.invoke(name, "{}").isProblem(500, "parse");
        assertEquals("function", failed.at("/owner"), failed.body());
        assertTrue(failed.at("/detail").contains("Not JSON"), failed.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1,\"a\":2}", "[1e400]", "\"\\ud83d\"", "{", "DEEP"})
    void anAnswerThatNotEverybodyReadsIsTheFunctionsFault(String said) {
        String answer = said.equals("DEEP") ? "[".repeat(400) + "]".repeat(400) : said;
        for (String contract : List.of("{}", "{\"returns\":{\"type\":\"object\"}}")) {
            String name = "says-" + Integer.toHexString((said + contract).hashCode());
            house.deploy(name, "return " + answer, "\"contract\":" + contract);
            Reply failed = house.invoke(name, "{}", "Idempotency-Key", name).isProblem(500, "code");
            assertEquals("function", failed.at("/owner"));
            assertTrue(failed.at("/detail").contains("no JSON value"), failed.body());
            house.get("/api/v1/executions/" + failed.at("/executionId")).is(200);
            house.rpc("{\"jsonrpc\":\"2.0\",\"method\":\"" + name + "\",\"id\":1}")
                    .is(200);
            house.get("/api/v1/executions?function=" + name).is(200);
        }
    }

    @Test
    void anEventThatIsToldTwiceWhileNobodyHearsIsTheFirst() throws Exception {
        flows.deploy("deaf", guest -> guest.call(Guest.event("e", Duration.ofHours(1))));
        String id = flows.start("deaf", "{}");
        flows.await(id, "suspended");
        house.post("/api/v1/jobs/" + id + ":pause", "{}").is(202);
        Eventually.holds("it is paused", () -> flows.show(id).at("/waitsFor").equals("paused"));
        for (int i = 1; i <= 3; i++) {
            flows.signal(id, "e", "" + i, "same").is(202);
        }
        house.post("/api/v1/jobs/" + id + ":resume", "{}").is(202);
        assertEquals("1", flows.await(id, "succeeded").at("/output"));
    }

    @Test
    @Tag("WF-32")
    void aMisspeltFieldOfAnActionIsRefusedAndNothingIsDone() throws Exception {
        flows.deploy("acted", guest -> guest.call(Guest.event("e", Duration.ofHours(1))));
        String id = flows.start("acted", "{}");
        flows.await(id, "suspended");
        String job = "/api/v1/jobs/" + id;
        String execution = "/api/v1/executions/" + id;
        for (List<String> each : List.of(
                List.of(job + ":pause", "{\"raeson\":\"x\"}", "/raeson"),
                List.of(job + ":cancel", "{\"reason\":5}", "/reason"),
                List.of(job + ":retry", "{\"input\":{}}", "/input"),
                List.of(job + ":replay", "{\"paramsOverride\":{\"x\":9}}", "/paramsOverride"),
                List.of(execution + ":terminate", "{\"why\":\"x\"}", "/why"),
                List.of(execution + ":signal", "{\"type\":\"e\",\"payloda\":1}", "/payloda"),
                List.of(execution + ":fork", "{\"from\":1,\"versoin\":2}", "/versoin"),
                List.of(execution + ":move", "{\"to\":2}", "/to"),
                List.of("/api/v1/functions/acted:pause", "{\"raeson\":\"x\"}", "/raeson"),
                List.of("/api/v1/functions/acted:resume", "{\"foo\":1}", "/foo"),
                List.of("/api/v1/dead-letters:redrive", "{\"fliter\":{}}", "/fliter"),
                List.of("/api/v1/dead-letters:redrive", "{\"filter\":{\"functoin\":\"x\"}}", "/filter/functoin"),
                List.of("/api/v1/dead-letters:redrive", "{\"filter\":\"x\"}", "/filter"),
                List.of("/api/v1/dead-letters:redrive", "{\"dryRun\":\"yes\"}", "/dryRun"),
                List.of("/api/v1/dead-letters:redrive", "{\"rate\":-1}", "/rate"))) {
            Reply refused = house.post(each.get(0), each.get(1)).isProblem(400, "malformed");
            assertEquals(each.get(2), refused.at("/errors/0/path"), refused.body());
        }
        assertEquals("event", flows.show(id).at("/waitsFor"));
    }
}
