package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** The calls that an execution made are shown in pages, and what is named like a secret to those only who may debug. */
@ExtendWith(OpenHouse.class)
record TraceDurableTest(House house, Flows flows) {
    private static final String ANSWER =
            "{\"user\":\"ada\",\"accessToken\":\"t-1\",\"total_tokens\":3,\"credentials\":{\"of\":[\"c-1\",true]},"
                    + "\"body\":\"{\\\"api_key\\\":\\\"k-1\\\",\\\"plain\\\":1}\",\"said\":\"[token\"}";

    private JsonNode page(String id, String query) {
        return house.get("/api/v1/executions/" + id + query).is(200).json();
    }

    @Test
    @Tag("EX-12")
    @Tag("SC-10")
    void whatIsNamedLikeASecretIsHiddenUnlessSomebodyMayDebug() throws Exception {
        flows.deploy("login", guest -> {
            guest.step("enter", (_, _) -> ANSWER);
            return guest.call(Guest.event("go", java.time.Duration.ofHours(1)));
        });
        String id = flows.start("login", "{\"password\":\"p-1\",\"name\":\"ada\"}");
        flows.await(id, "suspended");
        JsonNode result = page(id, "/trace").at("/calls/0/response/result");
        assertEquals("ada", result.get("user").stringValue());
        assertEquals("***", result.get("accessToken").stringValue());
        assertEquals(3, result.get("total_tokens").intValue(), "a number is a count");
        assertEquals("{\"of\":[\"***\",true]}", result.get("credentials").toString());
        assertEquals("{\"api_key\":\"***\",\"plain\":1}", result.get("body").stringValue());
        assertEquals("[token", result.get("said").stringValue(), "what only begins like JSON stays as it is");
        String snapshot =
                house.get("/api/v1/executions/" + id + "/snapshots/1").is(200).body();
        assertFalse(snapshot.contains("t-1") || snapshot.contains("p-1"), snapshot);
        assertTrue(snapshot.contains("ada"), snapshot);
        JsonNode all = page(id, "/trace/unmasked").at("/calls/0/response/result");
        assertEquals("t-1", all.get("accessToken").stringValue());
        assertEquals("c-1", all.at("/credentials/of/0").stringValue());
        assertTrue(
                house.get("/api/v1/audit").is(200).body().contains("/trace/unmasked"), "whoever saw it all is audited");
        flows.signal(id, "go", "1").is(202);
        flows.await(id, "succeeded");
    }

    @Test
    @Tag("EX-12")
    void callsComeInPagesInTheirOrder() throws Exception {
        flows.deploy("many", guest -> {
            for (int i = 0; i < 5; i++) {
                String number = Integer.toString(i);
                guest.step("step " + i, (_, _) -> number);
            }
            return "1";
        });
        String id = flows.start("many", "{}");
        flows.await(id, "succeeded");
        String labels = "";
        String cursor = "";
        int pages = 0;
        do {
            JsonNode page = page(id, "/trace?limit=2" + cursor);
            for (JsonNode call : page.get("calls")) {
                labels += call.get("label").stringValue().replace("step ", "")
                        + call.at("/response/result").intValue() + " ";
                assertTrue(call.get("durationMs").longValue() >= 0);
            }
            cursor = page.get("nextCursor").isNull()
                    ? ""
                    : "&cursor=" + page.get("nextCursor").stringValue();
            pages++;
        } while (!cursor.isEmpty());
        assertEquals("00 11 22 33 44 ", labels);
        assertEquals(3, pages);
    }
}
