package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A cursor leads on in the list that gave it, and nowhere else. */
@ExtendWith(OpenHouse.class)
record CursorsTest(House house) {
    private static final String ALL = "/api/v1/functions";

    private String cursor(String path) {
        return house.get(path).is(200).json().get("nextCursor").stringValue();
    }

    private void isRefused(String path, String cursor) {
        Reply reply = house.get(path + (path.contains("?") ? "&" : "?") + "cursor=" + cursor)
                .isProblem(400, "malformed");
        assertEquals("?cursor", reply.at("/errors/0/path"));
        assertTrue(reply.at("/errors/0/message").contains("expected a cursor from nextCursor"), reply.body());
    }

    private void deployTwice(String name) {
        house.deploy(name, "echo");
        house.post(ALL + "/" + name + "/versions", House.code("return 2")).is(201);
    }

    @Test
    void aCursorOfAnotherListIsRefused() {
        deployTwice("cursor-a");
        deployTwice("cursor-b");
        house.invoke("cursor-a", "{}").is(200);
        house.invoke("cursor-a", "{}").is(200);
        String versions = cursor(ALL + "/cursor-a/versions?limit=1");
        assertEquals(
                "1",
                house.get(ALL + "/cursor-a/versions?limit=9&cursor=" + versions)
                        .is(200)
                        .at("/items/0/version"));
        for (String other : List.of(
                ALL + "/cursor-b/versions",
                ALL,
                "/api/v1/executions",
                "/api/v1/jobs",
                "/api/v1/audit",
                "/api/v1/dead-letters",
                ALL + "/cursor-a/logs",
                "/functions/v1/cursor-a/logs")) {
            isRefused(other, versions);
        }
        isRefused("/api/v1/jobs", cursor("/api/v1/executions?limit=1"));
        isRefused(ALL + "/cursor-a/logs", cursor("/functions/v1/cursor-a/logs?limit=1"));
    }

    @Test
    void aCursorOfTheSameListWithOtherFiltersIsRefused() {
        deployTwice("filter-a");
        deployTwice("filter-b");
        String cursor = cursor(ALL + "?search=filter&kind=function&limit=1");
        Reply next = house.get(ALL + "?kind=function&search=filter&limit=2&cursor=" + cursor)
                .is(200);
        assertEquals("filter-b", next.at("/items/0/name"), "in whatever order the filters stand");
        isRefused(ALL, cursor);
        isRefused(ALL + "?search=filter", cursor);
        isRefused(ALL + "?search=filter-b&kind=function", cursor);
        house.get(ALL + "?search=filter&cursor=").is(200); // nothing is the beginning
    }

    @Test
    void aListThatIsWholeHasNoCursors() {
        deployTwice("whole");
        String cursor = cursor(ALL + "/whole/versions?limit=1");
        for (String whole : List.of(ALL + "/whole/aliases", "/api/v1/nodes", "/api/v1/plugins")) {
            isRefused(whole, cursor);
            isRefused(whole, "!");
        }
    }

    /** What is inside is looked at as well, if somebody makes one up that seems to be of the list. */
    @Test
    void whatIsMadeUpIsRefused() {
        deployTwice("forged");
        house.invoke("forged", "{}").is(200);
        house.invoke("forged", "{}").is(200);
        for (String path : List.of(ALL + "/forged/versions", "/api/v1/executions", "/functions/v1/forged/logs")) {
            String real =
                    new String(Base64.getUrlDecoder().decode(cursor(path + "?limit=1")), StandardCharsets.US_ASCII);
            for (String inside : List.of("x", "99999999999", "20261121/t/other/x/000000000000-a-0", ";x")) {
                byte[] forged = (real.substring(0, 8) + inside).getBytes(StandardCharsets.US_ASCII);
                isRefused(path, Base64.getUrlEncoder().encodeToString(forged));
            }
        }
    }
}
