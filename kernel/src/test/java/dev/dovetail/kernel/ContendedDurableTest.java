package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Everybody wants something else of the same executions, all at once, and their node dies in between. */
class ContendedDurableTest {
    private static final int MANY = 20;
    private static final int MOST = 150;
    private static final int CLIENTS = 8;
    private static final int LIVES = 4;
    private static final Duration LIFE = Duration.ofSeconds(2);
    private static final List<String> WISHES = List.of(
            "cancel",
            "terminate",
            "pause",
            "resume",
            "resume",
            "retry",
            "redrive",
            "fork",
            "signal",
            "signal",
            "deploy");
    private static final Map<String, ExecutionStatus> STANDS = Map.of(
            "started", ExecutionStatus.RUNNING,
            "resumed", ExecutionStatus.RUNNING,
            "suspended", ExecutionStatus.SUSPENDED,
            "attempt_failed", ExecutionStatus.QUEUED,
            "compensation_started", ExecutionStatus.COMPENSATING);

    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    private final Set<String> ids = new ConcurrentSkipListSet<>();
    private final List<String> odd = new CopyOnWriteArrayList<>();

    private static String does(Guest guest) throws InterruptedException {
        JsonNode input = guest.input();
        for (int i = 0; i < 3; i++) {
            if (input.path("undo").booleanValue(false)) {
                guest.undoable("a", "undo", (_, _) -> "1");
            } else {
                guest.step("a", (_, _) -> "1");
            }
        }
        try {
            guest.call(Guest.event("go", Duration.ofSeconds(4)));
        } catch (Guest.Refused late) {
            guest.step("late", (_, _) -> "1");
        }
        guest.step("b", (_, _) -> "1");
        if (input.path("fail").booleanValue(false)) {
            throw Guest.fails("as it was told");
        }
        return "1";
    }

    private House open(Path folder, CutStore store) throws Exception {
        return House.at(folder)
                .on(store, blobs)
                .knowing("w", ContendedDurableTest::does)
                .knowing("undo", _ -> "1")
                .knowing("handler", guest -> guest.step("h", (_, _) -> "1"))
                .open();
    }

    private void start(Flows flows) {
        flows.deploy("handler", guest -> guest.step("h", (_, _) -> "1"));
        flows.house().deploy("plain", "return 1");
        flows.deploy(
                "w",
                ContendedDurableTest::does,
                "\"traits\":{\"workflow\":{\"compensation\":{\"onFailure\":\"handler\",\"onCancel\":\"plain\"}}}");
        for (int i = 0; i < MANY; i++) {
            ids.add(flows.start("w", "{\"undo\":" + (i % 3 == 0) + ",\"fail\":" + (i % 2 == 0) + "}"));
        }
    }

    private void wish(House house, Random random) {
        List<String> all = List.copyOf(ids);
        String id = all.get(random.nextInt(random.nextInt(3) == 0 ? all.size() : MANY));
        String what = WISHES.get(random.nextInt(WISHES.size()));
        Reply reply = switch (what) {
            case "terminate" -> house.post("/api/v1/executions/" + id + ":terminate", "{}");
            case "redrive" -> house.post("/api/v1/dead-letters/" + id + ":redrive", "{}");
            case "fork" -> house.post("/api/v1/executions/" + id + ":fork", "{\"from\":" + random.nextInt(4) + "}");
            case "signal" -> new Flows(house).signal(id, "go", "1");
            case "deploy" ->
                house.post("/api/v1/functions/w/versions", "{\"description\":\"" + random.nextInt() + "\"}");
            default -> house.post("/api/v1/jobs/" + id + ":" + what, "{}");
        };
        if (reply.status() >= 500 && reply.status() != 503) {
            odd.add(what + " " + id + " " + reply.body());
        }
        if (reply.status() / 100 == 2 && List.of("retry", "redrive", "fork").contains(what) && ids.size() < MOST) {
            JsonNode made = reply.json();
            Stream.of("executionId", "job_id", "id")
                    .flatMap(name -> Optional.ofNullable(made.path(name).stringValue(null)).stream())
                    .findFirst()
                    .ifPresent(ids::add);
        }
    }

    /** Lets all clients at a house, until its process dies. */
    private void live(House house, CutStore store, int life) throws InterruptedException {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int client = 0; client < CLIENTS; client++) {
                Random random = new Random(100L * life + client);
                clients.submit(() -> {
                    while (!store.isCut()) {
                        wish(house, random);
                    }
                });
            }
            clients.shutdown();
            assertTrue(!clients.awaitTermination(LIFE.toMillis(), TimeUnit.MILLISECONDS), "all clients have failed");
            store.cut();
            clients.shutdownNow();
        }
    }

    @Test
    @Tag("EX-09")
    void eachGoesOnlyWhereItMayAndComesToAnEnd(@TempDir Path folder) throws Exception {
        CutStore store = new CutStore(state);
        House house = open(folder.resolve("0"), store);
        start(new Flows(house));
        for (int life = 1; life <= LIVES; life++) {
            live(house, store, life);
            store = new CutStore(state);
            House next = open(Flows.sameNode(house, folder.resolve("" + life)), store);
            house.close();
            house = next;
        }
        assertEquals(List.of(), odd);
        try (House last = house) {
            Flows flows = new Flows(last);
            Set<String> ends = new HashSet<>();
            for (String id : ids) {
                Eventually.holds(
                        "it ends",
                        Duration.ofSeconds(60),
                        () -> hasEnded(flows, id),
                        () -> flows.show(id).body());
                check(flows, id);
                ends.add(flows.status(id));
            }
            assertTrue(ids.size() > MANY && ends.size() >= 3, () -> ids.size() + " " + ends);
        }
    }

    private static boolean hasEnded(Flows flows, String id) {
        if (ExecutionStatus.find(flows.status(id)).orElseThrow().ended()) {
            return true;
        }
        flows.control(id, "resume");
        return false;
    }

    private static void check(Flows flows, String id) {
        ExecutionStatus now = ExecutionStatus.QUEUED;
        Set<String> settled = new HashSet<>();
        List<String> told = new ArrayList<>();
        for (JsonNode each : flows.timeline(id)) {
            String type = each.get("eventType").stringValue();
            told.add(type);
            assertTrue(!now.ended(), () -> id + " goes on after its end: " + told);
            ExecutionStatus next =
                    STANDS.getOrDefault(type, ExecutionStatus.find(type).orElse(now));
            assertTrue(next == now || leads(now, next, 3), id + " " + now + " does not lead to " + next + ": " + told);
            now = next;
            if (type.equals("step_completed") || type.equals("compensation_completed")) {
                String once = type + " " + each.path("details").path("number")
                        + each.path("details").path("attempt");
                assertTrue(settled.add(once), () -> id + " has twice " + once + ": " + told);
            }
        }
        assertEquals(flows.status(id), now.word(), () -> id + " " + told);
    }

    /** What lies between is not always told: it is queued again when its owner is lost, and runs when it is canceled. */
    private static boolean leads(ExecutionStatus from, ExecutionStatus to, int steps) {
        return from.mayBecome(to)
                || steps > 0
                        && Stream.of(ExecutionStatus.values())
                                .anyMatch(between -> from.mayBecome(between) && leads(between, to, steps - 1));
    }
}
