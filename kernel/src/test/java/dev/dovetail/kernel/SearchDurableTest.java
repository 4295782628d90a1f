package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What ran, runs and waits is found by what it is, in pages; and what it logs is seen while it does. */
@ExtendWith(OpenHouse.class)
record SearchDurableTest(House house, Flows flows) {
    private static final Duration HOUR = Duration.ofHours(1);

    /** All items of a list, page by page. */
    private List<JsonNode> all(String path, int limit) {
        List<JsonNode> found = new ArrayList<>();
        String cursor = "";
        do {
            Reply page = house.get(path + "&limit=" + limit + cursor).is(200);
            JsonNode items = page.json().get("items");
            assertTrue(items.size() <= limit);
            items.forEach(found::add);
            JsonNode next = page.json().get("nextCursor");
            cursor = next.isNull() ? "" : "&cursor=" + next.stringValue();
        } while (!cursor.isEmpty());
        return found;
    }

    private List<String> ids(String path, int limit, String field) {
        return all(path, limit).stream()
                .map(each -> each.get(field).stringValue())
                .toList();
    }

    @Test
    @Tag("EX-21")
    @Tag("EX-05")
    @Tag("IV-32")
    void oneListHasWhatIsOpenAndWhatHasEndedEachOnceInPagesNewestFirst() throws Exception {
        flows.deploy("mixed", guest -> guest.input().has("wait") ? guest.call(Guest.event("go", HOUR)) : "1");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String id = flows.start("mixed", i % 3 == 0 ? "{\"wait\":1}" : "{}", "X-Request-Id", "mixed-" + i % 2);
            ids.add(id);
        }
        for (int i = 0; i < 30; i++) {
            flows.await(ids.get(i), i % 3 == 0 ? "suspended" : "succeeded");
        }
        List<String> newest =
                ids.stream().sorted(java.util.Comparator.reverseOrder()).toList();
        for (int limit : new int[] {1, 4, 7, 29, 30, 100}) {
            assertEquals(newest, ids("/api/v1/executions?function=mixed", limit, "id"), "by " + limit);
            assertEquals(newest, ids("/api/v1/jobs?method=mixed", limit, "job_id"), "jobs by " + limit);
        }
        assertEquals(
                10,
                ids("/api/v1/executions?function=mixed&status=suspended", 3, "id")
                        .size());
        assertEquals(
                20,
                ids("/api/v1/jobs?method=mixed&status=succeeded,failed", 6, "job_id")
                        .size());
        assertEquals(
                15,
                ids("/api/v1/executions?function=mixed&correlationId=mixed-1", 4, "id")
                        .size());
        assertEquals(
                15,
                ids("/api/v1/jobs?method=mixed&correlation_id=mixed-0", 4, "job_id")
                        .size());
        assertEquals(
                30,
                ids("/api/v1/executions?function=mixed&initiator=system/operator", 9, "id")
                        .size());
        for (String other : List.of("user/ann", "user/operator", "system/ann")) {
            assertEquals(List.of(), ids("/api/v1/executions?function=mixed&initiator=" + other, 9, "id"), other);
        }
        assertEquals(
                30,
                ids("/api/v1/executions?function=mixed&tenant=default", 9, "id").size());
        house.get("/api/v1/executions?tenant=other").isProblem(403, "permission_denied");
        house.get("/api/v1/executions?cursor=O3g").isProblem(400, "malformed"); // ";x"
        house.get("/api/v1/jobs?created_after=soon").isProblem(400, "malformed");

        JsonNode tenth = all("/api/v1/jobs?method=mixed", 100).get(10);
        Instant at = Instant.parse(tenth.at("/timestamps/created_at").stringValue());
        List<String> later = ids("/api/v1/jobs?method=mixed&created_after=" + at, 5, "job_id");
        List<String> earlier = ids("/api/v1/jobs?method=mixed&created_before=" + at.plusMillis(1), 5, "job_id");
        assertTrue(later.size() >= 11 && earlier.size() >= 20, later.size() + " " + earlier.size());
        HashSet<String> both = new HashSet<>(later);
        both.addAll(earlier);
        assertEquals(30, both.size());
        for (int i = 0; i < 30; i += 3) {
            flows.control(ids.get(i), "cancel").is(202);
        }
    }

    @Test
    @Tag("EX-05")
    void jobsAreFoundByTheNameThatTheirClientGaveThem() throws Exception {
        house.deploy("named", "echo");
        List<String> mine = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Reply job = house.post(
                            "/api/v1/jobs",
                            "{\"jsonrpc\":\"2.0\",\"method\":\"named\",\"params\":{\"i\":" + i + "},\"id\":\"c" + i % 4
                                    + "\"}")
                    .is(202);
            flows.await(job.at("/job_id"), "succeeded");
            if (i % 4 == 1) {
                mine.addFirst(job.at("/job_id"));
            }
        }
        assertEquals(mine, ids("/api/v1/jobs?method=named&client_id=c1", 2, "job_id"));
        JsonNode job = all("/api/v1/jobs?method=named&client_id=c1", 10).getFirst();
        assertEquals("9", job.at("/result/i").toString());
        assertEquals(List.of(), ids("/api/v1/jobs?method=named&client_id=c9", 2, "job_id"));
    }

    @Test
    @Tag("EX-16")
    void whatWaitsOrRunsShowsWhatItHasLogged() throws Exception {
        flows.deploy("says", guest -> {
            guest.log("first");
            guest.call(Guest.event("go", HOUR));
            guest.log("second");
            guest.step("s", (it, _) -> {
                it.log("inside");
                house.commands.gate("says").pass();
                return "1";
            });
            return "1";
        });
        String id = flows.start("says", "{}");
        flows.await(id, "suspended");
        assertEquals(List.of("first"), messages(id));
        flows.signal(id, "go", "1").is(202);
        house.commands.gate("says").await(1);
        Eventually.holds("it is seen while it runs", () -> messages(id).equals(List.of("first", "second", "inside")));
        house.commands.gate("says").open();
        flows.await(id, "succeeded");
        assertEquals(List.of("first", "second", "inside"), messages(id));
    }

    private List<String> messages(String id) {
        List<String> messages = new ArrayList<>();
        house.get("/api/v1/executions/" + id + "/logs")
                .is(200)
                .json()
                .get("items")
                .forEach(each -> messages.add(each.get("message").stringValue()));
        return messages;
    }

    @Test
    @Tag("EX-16")
    void aLogIsFollowedFromAWaitToTheEndAndTakenUpWhereItWasLeft() throws Exception {
        flows.deploy("followed", guest -> {
            guest.log("before");
            guest.call(Guest.event("go", HOUR));
            guest.log("after");
            return "1";
        });
        String id = flows.start("followed", "{}");
        flows.await(id, "suspended");
        var stream = House.begin(house.request("/api/v1/executions/" + id + "/logs?follow=true"));
        try (BufferedReader in = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            assertEquals("id: " + id + "/0", in.readLine());
            assertEquals("event: log", in.readLine());
            assertTrue(in.readLine().contains("before"));
            flows.signal(id, "go", "1").is(202);
            List<String> rest = in.lines().filter(line -> !line.isEmpty()).toList();
            assertEquals("id: " + id + "/1", rest.getFirst());
            assertTrue(rest.get(2).contains("after"), rest::toString);
            assertEquals("event: end", rest.get(3));
            assertTrue(rest.get(4).contains("succeeded"), rest::toString);
        }
        Reply again = house.get("/api/v1/executions/" + id + "/logs?follow=true", "Last-Event-ID", id + "/0")
                .is(200);
        assertTrue(!again.body().contains("before") && again.body().contains("after"), again.body());
    }
}
