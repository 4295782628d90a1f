package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Versions, their states and the aliases that lead to them. */
@ExtendWith(OpenHouse.class)
record VersionsTest(House house) {
    private static final String ALL = "/api/v1/functions";

    private void to(String verb, int status, String state) {
        Reply reply = house.post(
                ALL + "/life/versions/2:" + verb,
                verb.equals("deprecate")
                        ? "{\"reason\":\"r\",\"successor\":\"v1\",\"sunset\":\"2027-01-31T00:00:00Z\"}"
                        : "{\"reason\":\"r\"}");
        assertEquals(status, reply.status(), verb + ": " + reply.body());
        assertEquals(state, house.get(ALL + "/life/versions/2").at("/status"));
        if (status == 409) {
            assertEquals(state, reply.isProblem(409, "conflict").at("/currentState"));
        }
    }

    @Tag("FN-16")
    @Tag("FN-19")
    @Tag("FN-20")
    @Test
    void aVersionGoesOnlyWhereItsStateLeads() {
        house.deploy("life", "return 1");
        house.post(ALL + "/life/versions?draft=true", House.code("return 2")).is(201);
        for (String no : List.of("deprecate", "disable", "archive")) {
            to(no, 409, "draft");
        }
        to("publish", 200, "active");
        to("archive", 409, "active");
        to("publish", 409, "active");
        to("deprecate", 200, "deprecated");
        assertEquals("v1", house.get(ALL + "/life/versions/2").at("/deprecation/successor"));
        to("publish", 409, "deprecated");
        to("disable", 200, "disabled");
        to("deprecate", 409, "disabled");
        to("enable", 200, "active");
        assertFalse(house.get(ALL + "/life/versions/2").json().has("deprecation"));
        to("disable", 200, "disabled");
        to("archive", 200, "archived");
        for (String no : List.of("publish", "enable", "disable", "deprecate", "archive")) {
            to(no, 409, "archived");
        }
        house.post(ALL + "/life/versions/9:disable", "{}").isProblem(404, "not_found");
        house.delete(ALL + "/life/versions/2").is(204);
        house.get(ALL + "/life/versions/2").isProblem(404, "not_found");
        house.post(ALL + "/life/versions/1:deprecate", "{\"sunset\":\"soon\"}").isProblem(422, "validation");
    }

    @Tag("FN-38")
    @Test
    void aVersionThatSomethingLeadsToStays() {
        house.deploy("kept", "return 1");
        house.version("kept", "return 2");
        house.delete(ALL + "/kept/versions/2").isProblem(409, "conflict");
        house.post(ALL + "/kept/aliases", "{\"name\":\"prod\",\"version\":1}").is(201);
        house.delete(ALL + "/kept/versions/1").isProblem(409, "conflict");
        house.post(ALL + "/kept/versions/1:disable", "{}").isProblem(409, "conflict");
        house.put(ALL + "/kept/aliases/prod", "{\"version\":\"v2\"}").is(200);
        house.delete(ALL + "/kept/versions/1").is(204);
        house.version("kept", "return 3");
        assertEquals("v3", house.get(ALL + "/kept/versions/$LATEST").at("/versionString"));
    }

    @Tag("FN-37")
    @Tag("FN-39")
    @Test
    void ofMoreThanAHundredTheOldestThatNobodyIsLedToGoes() {
        house.deploy("many", "return 1");
        house.post(ALL + "/many/aliases", "{\"name\":\"first\",\"version\":1}").is(201);
        for (int i = 2; i <= 102; i++) {
            house.patch(ALL + "/many", "{\"environment\":{\"N\":\"" + i + "\"}}")
                    .is(200);
        }
        List<String> numbers = new ArrayList<>();
        String cursor = "";
        do {
            Reply page = house.get(ALL + "/many/versions?limit=33" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            page.json()
                    .at("/items")
                    .forEach(each -> numbers.add(each.get("version").toString()));
            cursor = page.json().get("nextCursor").stringValue("");
        } while (!cursor.isEmpty());
        assertEquals(100, numbers.size());
        assertEquals(100, new HashSet<>(numbers).size());
        assertEquals("102", numbers.getFirst());
        assertEquals("1", numbers.getLast());
        assertFalse(numbers.contains("2"));
        assertFalse(numbers.contains("3"));
        assertEquals("57", house.get(ALL + "/many/versions/57").at("/environment/N"));
    }

    @Tag("FN-24")
    @Test
    void theContractsChangeSaysWhichNumberMoves() {
        String params =
                "\"contract\":{\"params\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}%s}%s}}";
        house.deploy("semantic", "echo", params.formatted("", ""));
        house.version("semantic", "echo", params.formatted(",\"b\":{\"type\":\"string\"}", ""));
        house.version("semantic", "echo", params.formatted(",\"b\":{\"type\":\"string\"}", ",\"required\":[\"b\"]"));
        assertEquals("1.0", house.get(ALL + "/semantic/versions/1").at("/semver"));
        assertEquals("1.1", house.get(ALL + "/semantic/versions/2").at("/semver"));
        assertEquals("2.0", house.get(ALL + "/semantic/versions/3").at("/semver"));
        Reply diff = house.get(ALL + "/semantic/versions/1/diff?with=2").is(200);
        assertTrue(diff.body().contains("/semver"), diff.body());
        house.get(ALL + "/semantic/versions/1/diff").isProblem(400, "malformed");
    }

    @Tag("FN-18")
    @Tag("FN-19")
    @Test
    void aVersionIsLookedAtAgainAndWarningsAreTold() {
        Reply made = house.deploy("warned", "warn\nreturn 1");
        assertEquals("MISSING_TIMEOUT", made.at("/warnings/0/code"));
        Reply valid = house.post(ALL + "/warned/versions/1:validate", "").is(200);
        assertEquals("true", valid.at("/valid"));
        assertEquals("main.cmd:1:1", valid.at("/warnings/0/place"));
        house.post(ALL + "/warned/versions", House.code("explode")).isProblem(422, "deploy");
        assertEquals("1", house.get(ALL + "/warned").at("/newestVersion"));
        house.put(ALL + "/warned/versions/1", "{}").isProblem(405, "method_not_allowed");
    }

    @Tag("WF-21")
    @Tag("IV-21")
    @Test
    void traitsThatWillNotDoWhatTheirAuthorThinksAreTold() {
        String handled =
                "\"kind\":\"workflow\",\"traits\":{\"workflow\":{\"compensation\":{\"onFailure\":\"told-later\"}}}";
        Reply early = house.deploy("told-early", "return 1", handled);
        assertEquals("HANDLER_MISSING", early.at("/warnings/0/code"));
        assertTrue(
                early.at("/warnings/0/message").contains("compensation/onFailure: There is no function"), early.body());
        house.deploy("told-later", "return 1");
        Reply valid = house.post(ALL + "/told-early/versions/1:validate", "").is(200);
        assertTrue(valid.json().get("warnings").isEmpty(), valid.body());
        Reply cached = house.deploy("told-cached", "return 1", "\"traits\":{\"caching\":{\"maxAgeSeconds\":5}}");
        assertEquals("CACHING_WITHOUT_IDEMPOTENT", cached.at("/warnings/0/code"));
    }

    @Tag("FN-05")
    @Test
    void whatOnlyWorkflowsHaveIsToldAndIsAWarningForAFunction() {
        String code = "warn USES_SLEEP\nwarn USES_EVENT\nwarn USES_SLEEP\nwarn\nreturn 1";
        Reply made = house.deploy("uses-function", code);
        assertEquals(4, made.json().get("warnings").size(), made.body());
        Reply function =
                house.post(ALL + "/uses-function/versions/1:validate", "").is(200);
        assertTrue(function.json().get("valid").booleanValue());
        assertEquals(4, function.json().get("warnings").size(), function.body());
        assertEquals("USES_SLEEP", function.at("/warnings/0/code"));
        Reply deployed = house.deploy("uses-workflow", code, "\"kind\":\"workflow\"");
        assertEquals(1, deployed.json().get("warnings").size(), deployed.body());
        Reply workflow =
                house.post(ALL + "/uses-workflow/versions/1:validate", "").is(200);
        assertEquals(1, workflow.json().get("warnings").size(), workflow.body());
        assertEquals("MISSING_TIMEOUT", workflow.at("/warnings/0/code"));
        for (Reply each : List.of(function, workflow)) {
            assertTrue(each.json().at("/info/usesWorkflowPrimitives").booleanValue(), each.body());
            assertEquals(
                    "[\"event\",\"sleep\"]",
                    each.json().at("/info/detectedFeatures").toString());
        }
        house.deploy("uses-nothing", "warn\nreturn 1");
        assertFalse(house.post(ALL + "/uses-nothing/versions/1:validate", "")
                .is(200)
                .json()
                .has("info"));
    }

    @Tag("FN-40")
    @Test
    void aliasesAreCheckedMovedAndTakenAway() {
        house.deploy("led", "return 1");
        house.version("led", "return 2");
        String aliases = ALL + "/led/aliases";
        for (String name : List.of("5", "v5", "$LATEST", "", "A B")) {
            house.post(aliases, "{\"name\":\"" + name + "\",\"version\":1}").isProblem(422, "validation");
        }
        for (String body : List.of(
                "\"version\":7",
                "\"version\":\"x\"",
                "\"weights\":{\"1\":90}",
                "\"weights\":{\"1\":90,\"2\":20}",
                "\"weights\":{}",
                "\"weights\":{\"1\":-10,\"2\":110}",
                "\"weights\":{\"1\":50,\"v1\":50}",
                "\"version\":1,\"weights\":{\"1\":100}",
                "\"weights\":{\"1\":99.5,\"2\":0.5}",
                "\"description\":\"neither\"")) {
            house.post(aliases, "{\"name\":\"bad\"," + body + "}").isProblem(422, "validation");
        }
        house.get(aliases + "/bad").isProblem(404, "not_found");
        assertEquals(
                aliases + "/prod",
                house.post(aliases, "{\"name\":\"prod\",\"version\":1}").is(201).header("Location"));
        house.post(aliases, "{\"name\":\"prod\",\"version\":2}").isProblem(409, "conflict");
        house.put(aliases + "/prod", "{\"name\":\"other\",\"version\":2}").isProblem(422, "validation");
        assertEquals(
                "{\"1\":30,\"2\":70}",
                house.put(aliases + "/prod", "{\"weights\":{\"v1\":30,\"2\":70}}")
                        .is(200)
                        .at("/weights"));
        assertFalse(house.get(aliases + "/prod").json().has("version"));
        assertTrue(house.get(aliases + "/prod:explain").at("/why").contains("weights"));
        assertEquals("\"prod\"", house.get(aliases).json().at("/items/0/name").toString());
        house.delete(aliases + "/prod").is(204);
        house.delete(aliases + "/prod").isProblem(404, "not_found");
        house.post(ALL + "/led/invoke?alias=prod", "{}").isProblem(404, "not_found");
        house.post(ALL + "/led/versions?draft=true", House.code("return 3")).is(201);
        house.post(aliases, "{\"name\":\"early\",\"version\":3}").isProblem(422, "validation");
    }
}
