package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.distribution.Running.Answer;
import dev.dovetail.testkit.Eventually;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The workflows that were handed to a herd: begins them, brings their events, pauses and cancels some, judges those that ended. */
final class Plays {
    private static final int MOST_OPEN = 40;
    private static final String FUNCTION = "/api/v1/functions/player";

    private final Herd herd;
    private final Effects world;
    private final long seed;
    private final Map<String, Open> open = new ConcurrentHashMap<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger repeats = new AtomicInteger();
    private volatile boolean ending;

    /** One that was accepted and is not known to have ended. */
    private static final class Open {
        final Play play;
        final String id;
        final Set<String> told = ConcurrentHashMap.newKeySet();
        final AtomicBoolean judging = new AtomicBoolean();
        volatile boolean canceled;

        Open(Play play, String id) {
            this.play = play;
            this.id = id;
        }
    }

    Plays(Herd herd, Effects world, long seed) {
        this.herd = herd;
        this.world = world;
        this.seed = seed;
    }

    static ObjectNode player() {
        ObjectNode function = Running.JSON
                .createObjectNode()
                .put("name", "player")
                .put("kind", "workflow")
                .put("runtime", "starlark")
                .put("maxConcurrent", 10_000);
        function.putObject("code").put("source", Play.PLAYER);
        return function;
    }

    /** One thing of many kinds, by one of many clients. */
    String act() throws Exception {
        Random random = new Random();
        try {
            List<Open> all = List.copyOf(open.values());
            if (all.isEmpty() || all.size() < MOST_OPEN && random.nextInt(3) == 0) {
                begin();
                answered.incrementAndGet();
                return "";
            }
            Open one = all.get(random.nextInt(all.size()));
            switch (random.nextInt(20)) {
                case 0 -> tell(one, "pause");
                case 1 -> cancel(one, random);
                case 2, 3, 4, 5 -> explain(one);
                default -> look(one);
            }
            answered.incrementAndGet();
        } catch (Herd.Gone e) {
            return ""; // killed: nobody will answer that any more
        } catch (AssertionError e) {
            wrong.add(e.getMessage());
        }
        return "";
    }

    /** The same request until it is accepted, under one key: so it is accepted once. */
    private void begin() throws IOException, InterruptedException {
        if (ending) {
            Thread.sleep(5);
            return;
        }
        String name = "w" + begun.incrementAndGet();
        Play play = Play.random(new Random(seed * 1_000_003 + begun.get()), name);
        while (true) {
            try {
                Answer taken = herd.post(FUNCTION + "/invoke-async", play.json(world.address()), name);
                if (taken.status() == 409 || taken.status() == 503) {
                    Thread.sleep(20); // the attempt that was cut off is not known to be over
                    continue;
                }
                String id = taken.expecting(202).body().get("executionId").stringValue();
                open.put(name, new Open(play, id));
                return;
            } catch (Herd.Gone e) {
                // and again, to whoever lives
            }
        }
    }

    private void tell(Open one, String what) throws IOException, InterruptedException {
        Answer told = herd.post("/api/v1/jobs/" + one.id + ":" + what, Running.JSON.createObjectNode(), "");
        assertTrue(
                told.status() == 202 || told.status() == 409,
                () -> what + " of " + one.id + " was answered " + told.status() + ": " + told.body());
    }

    private void cancel(Open one, Random random) throws IOException, InterruptedException {
        if (random.nextInt(5) == 0) {
            one.canceled = true; // even if nobody says so: it may have been heard
            tell(one, "cancel");
        }
    }

    private void explain(Open one) throws IOException, InterruptedException {
        Verdict.reason(herd.get("/api/v1/executions/" + one.id + "/explain")
                .expecting(200)
                .body());
    }

    /** Brings what it waits for, lets it go on, or judges it if it has ended. */
    private void look(Open one) throws IOException, InterruptedException {
        JsonNode found = herd.get("/api/v1/executions/" + one.id).expecting(200).body();
        if (found.has("finishedAt")) {
            judge(one, found);
            return;
        }
        if (found.path("waitsFor").stringValue("").equals("paused")) {
            tell(one, "resume");
        }
        for (String type : one.play.events()) {
            if (!one.told.contains(type)) {
                ObjectNode event = Running.JSON.createObjectNode().put("type", type);
                event.putObject("payload").put("number", 7);
                Answer told = herd.post("/api/v1/executions/" + one.id + ":signal", event, "");
                assertTrue(
                        told.status() == 202 || told.status() == 409,
                        () -> "a signal was answered " + told.status() + ": " + told.body());
                one.told.add(type);
            }
        }
    }

    private void judge(Open one, JsonNode execution) throws IOException, InterruptedException {
        if (!one.judging.compareAndSet(false, true)) {
            return;
        }
        Verdict verdict = new Verdict(one.play, world, herd.size() > 1, herd.stoodStill());
        try {
            List<JsonNode> lines = timeline(one.id);
            verdict.ended(execution, one.canceled);
            Verdict.timeline(lines);
        } catch (Herd.Gone e) {
            one.judging.set(false);
            throw e;
        } catch (AssertionError e) {
            wrong.add(one.play.name() + " " + one.id + ": " + e.getMessage());
        }
        repeats.addAndGet(verdict.repeats());
        if (!one.canceled) {
            one.play.all().forEach(each -> world.over(each.name()));
        }
        open.remove(one.play.name());
        ended.incrementAndGet();
    }

    private List<JsonNode> timeline(String id) throws IOException, InterruptedException {
        List<JsonNode> all = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = herd.get("/api/v1/executions/" + id + "/timeline?limit=100" + cursor)
                    .expecting(200)
                    .body();
            page.get("items").forEach(all::add);
            cursor = page.path("nextCursor").isString()
                    ? "&cursor=" + page.get("nextCursor").stringValue()
                    : "";
        } while (!cursor.isEmpty());
        return all;
    }

    /** Begins no more. */
    void ending() {
        ending = true;
    }

    /** Waits until so many more requests have been answered. */
    void more(int requests) throws InterruptedException {
        int until = answered.get() + requests;
        Eventually.holds(
                requests + " more requests are answered",
                Crowd.PATIENCE,
                () -> answered.get() >= until || !wrong.isEmpty(),
                () -> answered.get() + " of " + until);
    }

    int begun() {
        return begun.get();
    }

    int ended() {
        return ended.get();
    }

    int repeats() {
        return repeats.get();
    }

    List<String> wrong() {
        return List.copyOf(wrong);
    }

    /** Those that have not ended, and why. */
    List<String> left() throws InterruptedException {
        List<String> found = new ArrayList<>();
        for (Open each : open.values()) {
            try {
                found.add(each.play + " is "
                        + herd.get("/api/v1/executions/" + each.id + "/explain").body() + "; its timeline "
                        + timeline(each.id));
            } catch (IOException e) {
                found.add(each.play + " is not known: " + e);
            }
        }
        return found;
    }

    boolean over() {
        return open.isEmpty();
    }
}
