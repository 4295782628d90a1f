package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** From a name and a wish to a version. */
@ExtendWith(OpenHouse.class)
record ResolutionTest(House house) {
    private String answer(String wish) {
        return house.post("/api/v1/functions/many/invoke" + wish, "{}").is(200).body();
    }

    @Tag("FN-25")
    @Tag("TS-22")
    @Test
    void aWishLeadsToItsVersion() throws Exception {
        String from = Instant.now().toString();
        Thread.sleep(2);
        house.deploy("many", "return 1");
        Thread.sleep(2);
        String between = Instant.now().toString();
        Thread.sleep(2);
        house.version("many", "return 2");
        house.version("many", "return 3", "\"contract\":{\"params\":{\"type\":\"object\",\"required\":[\"a\"]}}");
        house.version("many", "return 4", "\"contract\":{\"params\":{\"type\":\"object\"}}");
        house.post("/api/v1/functions/many/aliases", "{\"name\":\"prod\",\"version\":\"v2\"}")
                .is(201);
        assertEquals("4", answer(""));
        assertEquals("2", answer("?version=2"));
        assertEquals("2", answer("?version=v2"));
        assertEquals("4", answer("?version=$LATEST"));
        assertEquals("2", answer("?alias=prod"));
        assertEquals("2", answer("?version=prod"));
        assertEquals("1", answer("?version=" + between));
        assertEquals("2", house.invoke("many", "{}", "X-Dovetail-Version", "2").body());
        house.post("/api/v1/functions/many/invoke?version=" + from, "{}").isProblem(404, "not_found");
        house.post("/api/v1/functions/many/invoke?version=nothing", "{}").isProblem(404, "not_found");
        String id = "gts.x.core.faas.func.v1~dovetail.fn._.many.v";
        assertEquals("v2", called(id + "1~"), "of the first major the newest");
        assertEquals("v1", called(id + "1.0~"));
        assertEquals(
                "v4", called(id + house.get("/api/v1/functions/many/versions/4").at("/semver") + "~"));
        assertEquals("", called(id + "9~"));
        assertEquals("", called(id.replace("many", "none") + "1~"));
    }

    private String called(String gtsId) {
        Reply reply = house.post(
                        "/rpc", "{\"jsonrpc\":\"2.0\",\"method\":\"" + gtsId + "\",\"params\":{\"a\":1},\"id\":1}")
                .is(200);
        if (reply.json().has("error")) {
            assertEquals("-32601", reply.at("/error/code"));
            return "";
        }
        return "v" + reply.at("/result");
    }

    @Test
    void aGtsIdOfItsOwnLeadsToAFunction() {
        String own = "gts.x.core.faas.func.v1~vendor.app.billing.calculate_tax.v";
        house.deploy("tax", "return \"first\"", "\"gtsId\":\"" + own + "2.3~\"");
        assertEquals(own + "2.3~", house.get("/api/v1/functions/tax/versions/1").at("/gtsId"));
        house.version("tax", "return \"second\"");
        String second = house.get("/api/v1/functions/tax/versions/2").at("/gtsId");
        assertTrue(second.startsWith(own + "2."), second);
        assertEquals("\"second\"", result(own + "2~"));
        assertEquals("\"first\"", result(own + "2.3~"));
        assertEquals("\"second\"", result(second));
        house.post("/api/v1/functions", House.function("tax-too", "echo", "\"gtsId\":\"" + own + "7~\""))
                .isProblem(409, "conflict");
        for (String bad :
                List.of("tax", "gts.x.core.faas.func.v1~", "gts.x.core.events.event.v1~a.b.c.d.v1~", own + "1")) {
            house.post("/api/v1/functions", House.function("bad-id", "echo", "\"gtsId\":\"" + bad + "\""))
                    .isProblem(422, "validation");
        }
        house.get("/api/v1/functions/bad-id").isProblem(404, "not_found");
        house.delete("/api/v1/functions/tax").is(204);
        house.deploy("tax-too", "echo", "\"gtsId\":\"" + own + "7~\"");
    }

    private String result(String method) {
        return house.rpc("{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"id\":1}")
                .json()
                .at("/result")
                .toString();
    }

    @Tag("FN-17")
    @Test
    void onlyActiveAndDeprecatedVersionsAreCallable() {
        house.deploy("lives", "return 1");
        house.post("/api/v1/functions/lives/versions?draft=true", House.code("return 2"))
                .is(201);
        house.post("/api/v1/functions/lives/invoke?version=2", "{}").isProblem(409, "not_active");
        assertEquals("1", house.invoke("lives", "{}").body(), "a draft is not the newest active");
        house.post("/api/v1/functions/lives/versions/1:deprecate", "{\"reason\":\"old\"}")
                .is(200);
        Reply warned =
                house.post("/api/v1/functions/lives/invoke?version=1", "{}").is(200);
        assertEquals("true", warned.header("Deprecation"));
        house.invoke("lives", "{}").isProblem(409, "not_active");
        house.post("/api/v1/functions/lives/versions/1:disable", "{}").is(200);
        house.post("/api/v1/functions/lives/invoke?version=1", "{}").isProblem(409, "not_active");
    }

    @Tag("FN-40")
    @Tag("DP-17")
    @Test
    void theSameKeyStaysWithTheSameVersionAndTheWeightsAreKept() {
        house.deploy("weighted", "return 1");
        house.version("weighted", "return 2");
        house.post("/api/v1/functions/weighted/aliases", "{\"name\":\"mix\",\"weights\":{\"1\":90,\"2\":10}}")
                .is(201);
        int second = 0;
        for (int i = 0; i < 300; i++) {
            String got = house.get("/api/v1/functions/weighted/aliases/mix:explain?key=k" + i)
                    .at("/version");
            second += got.equals("2") ? 1 : 0;
            if (i < 20) {
                for (int again = 0; again < 3; again++) {
                    assertEquals(
                            got,
                            house.post("/api/v1/functions/weighted/invoke?alias=mix&key=k" + i, "{}")
                                    .body());
                }
            }
        }
        // keys are hashed, so this is the same in every run
        assertTrue(second > 15 && second < 50, second + " of 300 keys instead of about 30");
    }
}
