package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.distribution.Effects.Arrival;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Whether a workflow that has ended did what it had to: everything, and nothing twice but what was under way at a kill. */
final class Verdict {
    /** What may follow what, as people are told it. */
    private static final Map<String, Set<String>> NEXT = Map.of(
            "queued", Set.of("running", "canceled", "failed", "suspended"), // paused before it began
            "running",
                    Set.of("succeeded", "failed", "suspended", "canceled", "compensating", "dead_lettered", "queued"),
            "suspended", Set.of("running", "canceled", "failed", "compensating"),
            "compensating", Set.of("compensated", "dead_lettered"));

    private final Play play;
    private final List<Arrival> arrivals;
    private final Map<String, Integer> stages = new HashMap<>();
    private final boolean moves;
    private final boolean late;
    private int repeats;

    /**
     * @param moves whether executions move between nodes that live, which repeats what is under way then, once
     * @param late whether nodes stand still, and what they have under way may arrive when others have gone on
     */
    Verdict(Play play, Effects world, boolean moves, boolean late) {
        this.play = play;
        this.moves = moves;
        this.late = late;
        List<Arrival> all = new ArrayList<>();
        for (int i = 0; i < play.acts().size(); i++) {
            int stage = i;
            Play.Act act = play.acts().get(i);
            Play.steps(act).forEach(step -> step.effects().forEach(each -> stages.put(each, stage)));
            if (act instanceof Play.Child child) {
                child.play()
                        .all()
                        .forEach(each -> world.of(each.name())
                                .forEach(it -> all.add(named(it, "child-" + stage + "/" + it.effect()))));
                all.forEach(it -> stages.putIfAbsent(it.effect(), stage));
            }
        }
        all.addAll(world.of(play.name()));
        all.sort(Comparator.comparing(Arrival::order));
        arrivals = List.copyOf(all);
    }

    private static Arrival named(Arrival it, String effect) {
        return new Arrival(effect, it.key(), it.order(), it.epoch(), it.done());
    }

    /** How many effects it had more than once although they went well. */
    int repeats() {
        return repeats;
    }

    private static String word(String status) {
        String word = status.replace("gts.x.core.faas.status.v1~x.core._.", "");
        return word.replace(".v1~", "");
    }

    /** Its status in a word. */
    static String status(JsonNode execution) {
        return word(execution.path("status").stringValue(""));
    }

    /** @param free whether somebody canceled it, so that it may end anywhere */
    void ended(JsonNode execution, boolean free) {
        String status = status(execution);
        Set<String> expected = new HashSet<>();
        boolean undo =
                play.acts().stream().flatMap(act -> Play.steps(act).stream()).anyMatch(Play.Step::undo);
        if (!play.breaks()) {
            expected.add("succeeded");
        } else {
            expected.add(undo ? "compensated" : "failed");
        }
        if (free) {
            expected.addAll(Set.of("canceled", "compensated"));
        }
        if (execution.at("/error/id").stringValue("").contains("node_ended")) {
            // kills that met it alone again and again are not to be told from those that it would be the cause of
            expected.addAll(Set.of("failed", "compensated", "dead_lettered"));
        }
        assertTrue(expected.contains(status), () -> "ended as " + status + ", expected " + expected + ": " + execution);
        effects();
        if (status.equals("succeeded")) {
            output(execution.get("output"));
        }
        if (status.equals("compensated")) {
            undone(free);
        }
    }

    /** No settled step again: none again without a kill between, none again after the next had begun. */
    private void effects() {
        Map<String, Arrival> done = new HashMap<>();
        Map<Integer, Set<String>> again = new TreeMap<>();
        Map<String, String> keys = new HashMap<>();
        // when its owner goes on, too, what it had under way before may arrive beside what was repeated
        int most = (moves ? 1 : 0) + (late ? 1 : 0);
        Map<String, Integer> moved = new HashMap<>();
        int reached = -1;
        for (Arrival each : arrivals) {
            if (each.effect().startsWith("undo-") || each.effect().contains("/undo-")) {
                continue;
            }
            int stage = stages.get(each.effect());
            int furthest = reached;
            Optional<Arrival> before = Optional.ofNullable(done.get(each.effect()));
            assertTrue(
                    stage >= reached || late && before.isPresent(),
                    () -> each + " of act " + stage + " came after act " + furthest + " had begun");
            reached = Math.max(stage, reached);
            if (before.isPresent()) {
                boolean killed = before.get().epoch() < each.epoch();
                assertTrue(
                        killed || moved.merge(each.epoch() + " " + each.effect(), 1, Integer::sum) <= most,
                        () -> each + " is repeated without a kill: " + before + ", of " + arrivals);
                repeats++;
                if (!each.effect().contains("/")) {
                    again.computeIfAbsent(each.epoch(), any -> new HashSet<>())
                            .add(each.effect().split("\\.")[0]);
                }
            }
            if (each.done()) {
                done.put(each.effect(), each);
            }
            String key = keys.putIfAbsent(each.effect(), each.key());
            assertTrue(key == null || key.equals(each.key()), () -> each + " had another key before: " + key);
            assertTrue(!each.key().isEmpty(), () -> each + " has no key");
        }
        assertEquals(keys.size(), Set.copyOf(keys.values()).size(), () -> "two effects of one key: " + keys);
        again.forEach((epoch, steps) -> assertTrue(
                steps.size() <= play.most() * (moves ? 2 : 1),
                () -> "at kill " + epoch + " were repeated " + steps + ", and only " + play.most()
                        + " steps can have been under way"));
    }

    /** What it answered is what the last of each effect was answered: what was settled is what counts. */
    private void output(JsonNode output) {
        JsonNode done = output.path("done");
        assertEquals(play.acts().size(), done.size(), () -> "not all was played: " + output);
        for (int i = 0; i < play.acts().size(); i++) {
            JsonNode found = done.get(i);
            Play.Act act = play.acts().get(i);
            if (act instanceof Play.Step step) {
                counted(step, numbers(found));
            } else if (act instanceof Play.Together together) {
                for (int k = 0; k < together.steps().size(); k++) {
                    Play.Step step = together.steps().get(k);
                    counted(step, numbers(found.get(k)));
                }
            } else if (act instanceof Play.Event) {
                assertEquals(7, found.intValue());
            }
        }
    }

    /** What a step answered is what the outside world did for it: last, unless more could arrive when it was settled. */
    private void counted(Play.Step step, List<Long> numbers) {
        List<String> effects = step.effects().toList();
        assertEquals(effects.size(), numbers.size(), () -> "step " + step.label());
        for (int i = 0; i < effects.size(); i++) {
            String effect = effects.get(i);
            List<Long> all = arrivals.stream()
                    .filter(each -> each.effect().equals(effect) && each.done())
                    .map(Arrival::order)
                    .toList();
            long number = numbers.get(i);
            assertTrue(
                    late ? all.contains(number) : all.getLast() == number,
                    () -> "step " + step.label() + " answered " + numbers + ", and " + effect + " was done as " + all);
        }
    }

    private static List<Long> numbers(JsonNode list) {
        List<Long> numbers = new ArrayList<>();
        list.forEach(each -> numbers.add(each.longValue()));
        return numbers;
    }

    /** Everything that was done was undone, last things first. */
    private void undone(boolean free) {
        int reached = Integer.MAX_VALUE;
        Map<String, Integer> epochs = new HashMap<>();
        Map<String, Integer> undos = new HashMap<>();
        for (int i = 0; i < play.acts().size(); i++) {
            for (Play.Step step : Play.steps(play.acts().get(i))) {
                undos.put(step.undoing(), i);
                boolean did = step.effects()
                        .allMatch(effect ->
                                arrivals.stream().anyMatch(each -> each.effect().equals(effect) && each.done()));
                boolean undid = arrivals.stream().anyMatch(each -> each.effect().equals(step.undoing()));
                assertTrue(undid || !step.undo() || !did, () -> step + " was done and not undone: " + arrivals);
                assertTrue(did || free, () -> step + " was not done before the end: " + arrivals);
            }
        }
        for (Arrival each : arrivals) {
            Integer stage = undos.get(each.effect());
            if (stage == null) {
                assertTrue(free || late || reached == Integer.MAX_VALUE, () -> each + " came after undoing had begun");
                continue;
            }
            int furthest = reached;
            Integer before = epochs.put(each.effect(), each.epoch());
            assertTrue(
                    stage <= furthest || late && before != null,
                    () -> each + " of act " + stage + " came after " + furthest);
            reached = Math.min(stage, furthest);
            assertTrue(before == null || moves || before < each.epoch(), () -> each + " is repeated without a kill");
            repeats += before == null ? 0 : 1;
        }
    }

    /** Its timeline follows the state machine, and settles each step once. */
    static void timeline(List<JsonNode> items) {
        String status = "queued";
        Set<String> completed = new HashSet<>();
        for (JsonNode each : items) {
            String before = status;
            String next = word(each.path("status").stringValue(""));
            assertTrue(
                    next.equals(before) || NEXT.getOrDefault(before, Set.of()).contains(next),
                    () -> "from " + before + " to " + next + " in " + items);
            status = next;
            String event = each.path("eventType").stringValue("");
            if (event.equals("step_completed") || event.equals("compensation_completed")) {
                String what = event + " " + each.path("stepName").stringValue("");
                assertTrue(completed.add(what), () -> what + " twice in " + items);
            }
        }
        String last = status;
        assertTrue(!NEXT.containsKey(last), () -> "the last is " + last + " in " + items);
    }

    /** An open execution says why it is not over. */
    static void reason(JsonNode explained) {
        String why = explained.path("why").stringValue("");
        String status = word(explained.path("status").stringValue(""));
        String expected = switch (status) {
            case "queued" ->
                "it is in the queue of .+|its last attempt failed, .+|the platform failed it, .+|it was paused; .+";
            case "running", "compensating" -> "it is carried by .+";
            case "suspended" ->
                "it sleeps until .+|it goes on now, .+|it waits.* .+|it was paused; .+|its last attempt failed, .+";
            default -> "it ended.*";
        };
        assertTrue(why.matches(expected), () -> "no reason: " + explained);
    }
}
