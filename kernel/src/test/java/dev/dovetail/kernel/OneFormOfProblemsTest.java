package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Whatever is refused anywhere is refused in one form, that of RFC 9457. */
class OneFormOfProblemsTest {
    /** Answers in the form of its own specification. */
    private static final Set<String> JSON_RPC = Set.of("/rpc", "/json-rpc");

    @Test
    @Tag("FH-03")
    void everyRouteRefusesWithAProblemDocument(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).open()) {
            house.deploy("there", "fail it broke");
            int refused = 0;
            JsonNode paths = house.get("/openapi.json").is(200).json().get("paths");
            for (var path : paths.properties()) {
                if (JSON_RPC.contains(path.getKey())) {
                    continue;
                }
                String made = path.getKey().replaceAll("\\{\\w+}", "no-such-thing");
                for (var operation : path.getValue().properties()) {
                    String method = operation.getKey().toUpperCase(java.util.Locale.ROOT);
                    for (String body : method.equals("GET") || method.equals("DELETE")
                            ? List.of("")
                            : List.of("{", "[7]", "{\"no-such-field\":1}")) {
                        Reply reply = house.send(
                                method,
                                made + "?dryRun=true&limit=none&cursor=%21",
                                body.getBytes(),
                                "Content-Type",
                                "application/json");
                        refused += check(method + " " + made + " " + body, reply);
                    }
                }
            }
            assertTrue(refused > paths.size(), refused + " of " + paths.size() + " paths refused");
            // what is refused before a route is found, and what a function does wrong
            house.get("/no/such/path").isProblem(404, "not_found");
            house.send("PATCH", "/api/v1/executions", new byte[0]).isProblem(405, "method_not_allowed");
            House.send(java.net.http.HttpRequest.newBuilder(house.uri("/api/v1/functions")))
                    .isProblem(401, "unauthenticated");
            house.invoke("there", "{}").isProblem(500, "code");
            house.get("/api/v1/functions?limit=0").isProblem(400, "malformed");
        }
    }

    /** @return 1 if it was refused */
    private static int check(String what, Reply reply) {
        if (reply.status() < 400) {
            return 0;
        }
        String told = what + " -> " + reply.status() + " " + reply.body();
        assertTrue(reply.status() < 500 || reply.status() == 501 || reply.status() == 503, told);
        assertEquals("application/problem+json", reply.header("Content-Type"), told);
        assertEquals(reply.status(), reply.json().path("status").intValue(), told);
        assertTrue(reply.at("/type").startsWith("gts://gts.x.core.faas.err.v1~"), told);
        for (String member : List.of("title", "detail", "instance", "code", "owner", "traceId")) {
            assertTrue(reply.json().path(member).isString(), member + " of " + told);
        }
        return 1;
    }
}
