package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.distribution.Running.Answer;
import dev.dovetail.testkit.FirstRunCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.node.ObjectNode;

/**
 * The packaged server is killed at random moments while clients deploy and call, again and again on the same data: what was
 * answered is there, and nothing is half there.
 */
@FirstRunCounts
@Tag("ST-09")
@Tag("NF-11")
@Isolated
final class KillTest {
    private static final int ROUNDS = House.ALL ? 6 : 3;
    private static final int CLIENTS = 12;
    private static final int VERSIONS = 3;

    /** What the server answered, by the address of what it made: the text that its view has to contain. */
    private final Map<String, String> answered = new ConcurrentHashMap<>();

    /** The executions whose record was to be durable before the answer. */
    private final Set<String> recorded = ConcurrentHashMap.newKeySet();

    /** Where each client is at, over all rounds: a new name for each attempt. */
    private final long[] turns = new long[CLIENTS];

    @Test
    @Timeout(600)
    void afterEachKillEverythingAnsweredIsThereAndNothingIsHalfMade(@TempDir Path folder) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path data = folder.resolve("data");
        try (Running first = Running.on(data)) {
            first.post("/api/v1/functions", function("kept", "input.n")).expecting(201);
            assertEquals(Running.TERMINATED, first.stop());
        }
        for (int round = 0; round < ROUNDS; round++) {
            String where = "round " + round + " of seed " + seed;
            int acts = 20 + random.nextInt(round % 2 == 0 ? 100 : 800);
            try (Running server = Running.on(data)) {
                killedAfter(server, acts);
            }
            long begun = System.nanoTime();
            try (Running server = Running.on(data)) {
                Answer answer = server.post("/api/v1/functions/kept/invoke", "{\"n\": 1}");
                double seconds = (System.nanoTime() - begun) / 1e9;
                assertEquals(200, answer.status(), where);
                Figures.tell("kill -9 after %d acts: serving again within %.2f s", acts, seconds);
                check(server, where);
                assertEquals(Running.TERMINATED, server.stop());
            }
        }
    }

    private void killedAfter(Running server, int acts) throws InterruptedException {
        try (Crowd crowd = Crowd.of(CLIENTS, (client, _) -> {
            try {
                act(server, client, turns[client]++);
            } catch (IOException e) {
                if (server.alive()) {
                    throw e;
                }
                Thread.sleep(1); // killed: nobody will answer any more
            }
            return "";
        })) {
            crowd.more(acts);
            server.kill();
            assertTrue(
                    crowd.wrong().isEmpty() || !server.alive(),
                    () -> crowd.wrong().toString());
        }
    }

    /** One thing of many kinds; remembers it when it was answered. */
    private void act(Running server, int client, long turn) throws IOException, InterruptedException {
        if (client % 3 == 0) {
            Answer called = server.post("/api/v1/functions/kept/invoke", "{\"n\": " + turn + "}");
            if (called.status() == 200) {
                recorded.add(called.headers().get("X-Execution-Id"));
            }
            return;
        }
        String name = "f%d-%d".formatted(client, turn / (VERSIONS + 1));
        String path = "/api/v1/functions/" + name;
        int step = (int) (turn % (VERSIONS + 1));
        if (step == VERSIONS) {
            Answer alias = server.post(path + "/aliases", "{\"name\": \"live\", \"weights\": {\"1\": 100}}");
            if (alias.status() == 201) {
                answered.put(path + "/aliases/live", "\"live\"");
            }
            return;
        }
        ObjectNode body = function(name, Long.toString(turn));
        if (step > 0) {
            body.remove("name");
        }
        Answer made = server.post(step == 0 ? "/api/v1/functions" : path + "/versions", body);
        if (made.status() == 201) {
            int version = step == 0 ? 1 : made.body().get("version").intValue();
            answered.put(path + "/versions/" + version, "\"version\":" + version);
            answered.put(path + "/invoke?version=" + version, Long.toString(turn));
        }
    }

    private static ObjectNode function(String name, String expression) {
        ObjectNode body = Running.JSON.createObjectNode();
        body.put("name", name).put("runtime", "starlark");
        body.putObject("traits").put("record", "durable");
        body.putObject("code").put("source", "def main(ctx, input):\n    return " + expression + "\n");
        return body;
    }

    private void check(Running server, String where) throws Exception {
        for (Map.Entry<String, String> each : new TreeMap<>(answered).entrySet()) {
            boolean call = each.getKey().contains("/invoke");
            Answer found = call ? server.post(each.getKey(), "{}") : server.get(each.getKey());
            assertEquals(200, found.status(), () -> where + ": " + each.getKey() + " is lost: " + found.body());
            assertTrue(
                    found.body().toString().contains(each.getValue()),
                    () -> where + ": " + each.getKey() + " should say " + each.getValue() + ": " + found.body());
        }
        Set<String> lost = new TreeSet<>(recorded);
        lost.removeAll(server.listed("/api/v1/executions", "id"));
        assertEquals(Set.of(), lost, where);
        Set<String> functions = server.listed("/api/v1/functions", "name");
        for (String each : functions) {
            Answer called = server.post("/api/v1/functions/" + each + "/invoke", "{\"n\": 0}");
            assertEquals(200, called.status(), () -> where + ": " + each + " is half made: " + called.body());
        }
        Figures.tell(
                "%s: %d answers and %d records kept, %d functions whole",
                where, answered.size(), recorded.size(), functions.size());
    }
}
