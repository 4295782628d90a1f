package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Of two wishes that cannot both be granted neither is: the caller is told of both. */
@ExtendWith(OpenHouse.class)
record ContradictionsTest(House house) {
    private static final String FORM = "application/vnd.dovetail.invocation+json";

    private void deploy(String name) {
        house.deploy(name, "return 1");
        house.version(name, "return 2");
        house.post("/api/v1/functions/" + name + "/aliases", "{\"name\":\"one\",\"version\":1}")
                .is(201);
    }

    private static void tells(Reply reply, String one, String other) {
        reply.isProblem(400, "malformed");
        assertEquals(one, reply.at("/errors/0/path"), reply.body());
        assertEquals(other, reply.at("/errors/1/path"), reply.body());
        assertTrue(reply.at("/detail").contains(one + " and " + other), reply.body());
    }

    @Test
    void anAliasAndAVersionAreNotBothCalled() {
        deploy("both");
        String invoke = "/api/v1/functions/both/invoke";
        tells(house.post(invoke + "?alias=one&version=2", "{}"), "?alias", "?version");
        tells(house.post(invoke + "-async?alias=one&version=2", "{}"), "?alias", "?version");
        tells(house.post(invoke + "-stream?alias=one&version=2", "{}"), "?alias", "?version");
        tells(house.post(invoke + "?alias=one", "{}", "X-Dovetail-Version", "2"), "?alias", "X-Dovetail-Version");
        tells(house.post(invoke + "?version=1", "{}", "X-Dovetail-Version", "2"), "?version", "X-Dovetail-Version");
        tells(house.post(invoke + "?version=1&version=2", "{}"), "?version", "?version");
        tells(house.post(invoke + "?alias=one&key=a&key=b", "{}"), "?key", "?key");
        house.get("/api/v1/functions/both/effective?alias=one&version=2").isProblem(400, "malformed");
        Reply rpc = house.post("/rpc?alias=one&version=2", "{\"jsonrpc\":\"2.0\",\"method\":\"both\",\"id\":1}")
                .is(200);
        assertEquals("?alias", rpc.at("/error/data/errors/0/path"), rpc.body());
        // the same twice is one wish
        assertEquals(
                "1",
                house.post(invoke + "?version=1&version=1", "{}", "X-Dovetail-Version", "1")
                        .is(200)
                        .body());
    }

    @Test
    void theFormOfThePlatformSaysTheSameAsTheQuery() {
        deploy("formed");
        String invoke = "/api/v1/functions/formed/invoke";
        tells(sent(invoke, "{\"alias\":\"one\",\"version\":\"2\"}"), "/alias", "/version");
        tells(sent(invoke + "?version=2", "{\"alias\":\"one\"}"), "/alias", "?version");
        tells(sent(invoke + "?alias=one", "{\"version\":2}"), "?alias", "/version");
        tells(sent(invoke + "?version=2", "{\"version\":1}"), "/version", "?version");
        tells(sent(invoke + "?key=b", "{\"alias\":\"one\",\"key\":\"a\"}"), "/key", "?key");
        assertEquals("1", sent(invoke, "{\"version\":1}").is(200).body(), "a number is as good as a text");
        assertEquals(
                "1", sent(invoke + "?alias=one", "{\"alias\":\"one\"}").is(200).body());
        assertEquals(
                "/version",
                sent(invoke, "{\"version\":[1]}").isProblem(400, "malformed").at("/errors/0/path"));
    }

    private Reply sent(String path, String form) {
        return house.post(path, form, "Content-Type", FORM);
    }

    @Test
    void aJobIsRunAnewOnOneVersion() throws Exception {
        deploy("anew");
        Flows flows = new Flows(house);
        String id = flows.start("anew", "{}");
        flows.await(id, "succeeded");
        tells(house.post("/api/v1/jobs/" + id + ":replay?version=1", "{\"version\":2}"), "/version", "?version");
        tells(house.post("/api/v1/jobs/" + id + ":replay?alias=one", "{\"version\":2}"), "?alias", "/version");
    }

    @Test
    void noSearchEndsBeforeItBegins() {
        String early = "2026-11-21T12:00:00Z";
        String late = "2026-11-21T12:00:01Z";
        for (String list : new String[] {"executions", "audit"}) {
            String path = "/api/v1/" + list;
            tells(house.get(path + "?since=" + late + "&until=" + early), "?since", "?until");
            house.get(path + "?since=" + early + "&until=" + early).is(200);
        }
        tells(
                house.get("/api/v1/jobs?created_after=" + late + "&created_before=" + early),
                "?created_after",
                "?created_before");
        tells(house.get("/api/v1/executions?function=one&functionName=two"), "?function", "?functionName");
    }

    @Test
    void whatIsNamedTwiceHasOneName() {
        tells(
                house.post("/api/v1/layers/named/versions", "{\"name\":\"other\",\"code\":{\"zip\":\"\"}}"),
                "{name}",
                "/name");
        tells(house.get("/api/v1/functions?limit=1&limit=2"), "?limit", "?limit");
    }

    @Test
    void allTagsMustFitIfThereAreSeveral() {
        house.deploy("tagged-a", "echo", "\"tags\":{\"team\":\"red\",\"tier\":\"1\"}");
        house.deploy("tagged-b", "echo", "\"tags\":{\"team\":\"red\",\"tier\":\"2\"}");
        Reply found = house.get("/api/v1/functions?tag=team:red&tag=tier:2").is(200);
        assertEquals(1, found.json().get("items").size(), found.body());
        assertEquals("tagged-b", found.at("/items/0/name"));
    }
}
