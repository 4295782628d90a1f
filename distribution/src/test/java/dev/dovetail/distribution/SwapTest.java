package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.distribution.Running.Answer;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.FirstRunCounts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Plugins of the packaged server are swapped twenty times while clients call it without pause. */
@FirstRunCounts
@Timeout(300)
@Isolated
final class SwapTest {
    private static final int SWAPS = 20;
    private static final String[] NUMBERS = {"0.1.1", "0.1.0"};
    private static final int DEPLOYING = 4;
    private static final Duration GONE = Duration.ofSeconds(60);
    private static final Path EXAMPLE = House.HOME.resolve("examples").resolve("push-digest");

    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void makeTheDataFolder() throws Exception {
        data = Files.createDirectory(folder.resolve("data"));
    }

    @Test
    @Tag("PL-13")
    @Tag("NM-02")
    @Tag("NM-03")
    @Tag("TE-10")
    void twentySwapsOfTheExecutorFailNoCallAndLeaveNothing() throws Exception {
        try (Running server = Running.on(data)) {
            server.post("/api/v1/functions", example()).expecting(201);
            String event = Files.readString(EXAMPLE.resolve("event.json"));
            String path = "/api/v1/functions/push-digest/invoke";
            JsonNode right = server.post(path, event).expecting(200).body();
            String plugin = "executor-starlark";
            install(server, plugin);
            Crowd.Act call = (_, _) -> {
                Answer answer = server.post(path, event);
                return answer.status() == 200 && answer.body().equals(right)
                        ? ""
                        : answer.status() + " " + answer.body();
            };
            swapUnder(server, plugin, 64, House.ALL ? 500 : 200, call);
        }
    }

    @Test
    @Tag("PL-13")
    @Tag("NM-02")
    @Tag("NM-03")
    @Tag("ST-09")
    void twentySwapsOfTheStoreLoseNothingAndHoldNoWriterForLong() throws Exception {
        try (Running server = Running.on(data)) {
            ObjectNode function = Running.JSON.createObjectNode();
            function.put("name", "kept").put("runtime", "starlark");
            function.putObject("traits").put("record", "durable");
            function.putObject("code").put("source", "def main(ctx, input):\n    return input.n\n");
            server.post("/api/v1/functions", function).expecting(201);
            String plugin = "storage-h2";
            install(server, plugin);
            ConcurrentMap<String, String> written = new ConcurrentHashMap<>();
            Set<String> recorded = ConcurrentHashMap.newKeySet();
            long[] turns = new long[DEPLOYING]; // over several crowds
            Crowd.Act write = (client, turn) -> client < DEPLOYING
                    ? deployed(server, client, turns[client]++, written)
                    : called(server, turn, recorded);
            Crowd.Times during = swapUnder(server, plugin, 16, House.ALL ? 100 : 50, write);
            assertTrue(during.max() <= 2000, () -> "A writer waited for more than 2 s: " + during);
            Set<String> lost = new TreeSet<>(recorded);
            lost.removeAll(server.listed("/api/v1/executions", "id"));
            assertEquals(Set.of(), lost);
            for (String each : new TreeSet<>(written.keySet())) {
                JsonNode found = server.get(each).expecting(200).body();
                assertTrue(found.toString().contains(written.get(each)), () -> each + " is " + found);
            }
        }
    }

    /** Deploys a function, or a further version of it, and remembers what was answered. */
    private static String deployed(Running server, int client, long turn, ConcurrentMap<String, String> written)
            throws Exception {
        String name = "w%d-%d".formatted(client, turn / 3);
        ObjectNode body = Running.JSON.createObjectNode();
        body.putObject("code").put("source", "def main(ctx, input):\n    return " + turn + "\n");
        boolean first = turn % 3 == 0;
        Answer answer = first
                ? server.post("/api/v1/functions", body.put("name", name).put("runtime", "starlark"))
                : server.post("/api/v1/functions/" + name + "/versions", body);
        if (answer.status() != 201) {
            return answer.status() + " " + answer.body();
        }
        written.put("/api/v1/functions/" + name + "/versions/" + (turn % 3 + 1), "\"version\":" + (turn % 3 + 1));
        return "";
    }

    /** Calls a function whose record is durable before the answer, and remembers the record. */
    private static String called(Running server, long turn, Set<String> recorded) throws Exception {
        Answer answer = server.post("/api/v1/functions/kept/invoke", "{\"n\": " + turn + "}");
        if (answer.status() != 200 || answer.body().longValue() != turn) {
            return answer.status() + " " + answer.body();
        }
        String id = answer.headers().get("X-Execution-Id");
        recorded.add(id);
        return "";
    }

    private void install(Running server, String plugin) throws Exception {
        Files.copy(
                Versions.copy(House.plugin(plugin), NUMBERS[0], folder),
                data.resolve("plugins").resolve(plugin + "-" + NUMBERS[0] + ".jar"));
        Eventually.found(
                "the new version to be listed",
                Duration.ofSeconds(5),
                () -> Optional.of(server.get("/api/v1/plugins/" + plugin).body())
                        .filter(view -> view.get("versions").size() == 2));
    }

    /** Swaps to and fro while clients act, and checks that nothing of the old ones is left; answers what the acts took meanwhile. */
    private static Crowd.Times swapUnder(Running server, String plugin, int clients, int pace, Crowd.Act act)
            throws Exception {
        Innards before;
        try (Crowd warm = Crowd.of(clients, act)) {
            warm.more(3L * pace);
            activate(server, plugin, NUMBERS[0]);
            warm.more(pace);
            activate(server, plugin, NUMBERS[1]);
            warm.more(pace);
            assertEquals(List.of(), warm.wrong());
        }
        await(server, plugin);
        int loaders = Innards.pluginLoaders(server.pid());
        before = Innards.of(server.pid());

        Crowd.Times during;
        Crowd crowd = Crowd.of(clients, act);
        try (crowd) {
            crowd.more(4L * pace);
            Crowd.Times undisturbed = crowd.times();
            for (int swap = 0; swap < SWAPS; swap++) {
                activate(server, plugin, NUMBERS[swap % 2]);
                crowd.more(pace);
            }
            during = crowd.times();
            Figures.tell("%s, %d swaps under load: before %s; during %s", plugin, SWAPS, undisturbed, during);
        }
        assertEquals(List.of(), crowd.wrong());
        await(server, plugin);
        Eventually.found(
                "the old class loaders to be collected",
                GONE,
                () -> Optional.of(Innards.pluginLoaders(server.pid())).filter(left -> left <= loaders));
        JsonNode generations = server.get("/api/v1/plugins/" + plugin + "/generations")
                .expecting(200)
                .body()
                .get("items");
        long active = 0;
        for (JsonNode each : generations) {
            assertTrue(List.of("active", "shelved").contains(each.get("state").stringValue()), generations::toString);
            assertEquals(0, each.get("cutOff").intValue(), generations::toString);
            active += each.get("state").stringValue().equals("active") ? 1 : 0;
        }
        assertEquals(1, active, generations::toString);
        asBefore(server, before);
        return during;
    }

    private static void asBefore(Running server, Innards before) throws Exception {
        AtomicReference<List<String>> last = new AtomicReference<>(List.of());
        try {
            // longer than a client keeps a connection that it opened for one request too many at once
            Eventually.found("threads and descriptors to be as before", GONE, () -> {
                last.set(Innards.of(server.pid()).moreThan(before));
                return Optional.of(true).filter(_ -> last.get().isEmpty());
            });
        } catch (AssertionError e) {
            throw new AssertionError(last.get().toString(), e);
        }
    }

    private static void activate(Running server, String plugin, String version) throws Exception {
        JsonNode view = server.post("/api/v1/plugins/" + plugin + ":activate", "{\"version\": \"" + version + "\"}")
                .expecting(200)
                .body();
        assertEquals(version, view.get("active").stringValue());
    }

    /** Waits until no generation drains any more. */
    private static void await(Running server, String plugin) throws Exception {
        Eventually.found(
                "the old generations to be unloaded",
                GONE,
                () -> Optional.of(server.get("/api/v1/plugins/" + plugin + "/generations")
                                .body()
                                .toString())
                        .filter(text -> !text.contains("draining")));
    }

    private static ObjectNode example() throws Exception {
        ObjectNode function = (ObjectNode) Running.JSON.readTree(Files.readString(EXAMPLE.resolve("function.json")));
        function.remove("files");
        function.putObject("code").put("source", Files.readString(EXAMPLE.resolve("main.star")));
        return function;
    }
}
