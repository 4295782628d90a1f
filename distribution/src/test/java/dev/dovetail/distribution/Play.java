package dev.dovetail.distribution;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A random workflow: acts, one after the other.
 *
 * @param name names it to the outside world
 */
record Play(String name, List<Act> acts) {
    /** A function that plays what it is given. */
    static final String PLAYER = """
            def act(ctx, input):
                numbers = []
                for i in range(input.calls):
                    answer = r_await(r_http_post_v1(input.to + "." + str(i) + input.how, {}))
                    numbers.append(answer.response.body.number)
                return {"numbers": numbers}

            def undo(ctx, input, output):
                key = ctx.execution_id + "/undo/" + input.label
                r_await(r_http_post_v1(input.undo, {}, headers = {"Idempotency-Key": key}))

            def breaks(ctx, input):
                fail("it breaks, as was asked")

            def step(it):
                return r_step_v1(it.label, act, undo if it.undo else None, retry = {"max_attempts": 5, "backoff_ms": 20})

            def main(ctx, input):
                done = []
                for it in input.acts:
                    if it.act == "step":
                        done.append(r_run_step_v1(step(it), it).value.numbers)
                    elif it.act == "together":
                        found = r_run_steps_parallel_v1([(step(each), each) for each in it.steps], max_concurrency = it.most)
                        done.append([each.value.numbers for each in found])
                    elif it.act == "sleep":
                        r_await(r_sleep(it.ms))
                        done.append(None)
                    elif it.act == "event":
                        promise = r_wait_event_v1(it.type, timeout_ms = 3600000)
                        done.append(r_await(promise).value.number)
                    elif it.act == "both":
                        found = r_await_all([r_sleep(it.ms), r_wait_event_v1(it.type, timeout_ms = 3600000)])
                        done.append(found[1].value.number)
                    elif it.act == "child":
                        done.append(r_await(r_invoke_v1("player", it.play, timeout_ms = 3600000)).value)
                    elif it.act == "break":
                        r_run_step_v1("breaks", breaks, {}, retry = {"max_attempts": 2, "backoff_ms": 20})
                return {"id": ctx.execution_id, "done": done}
            """;

    sealed interface Act {}

    /** @param failing how often the world answers its only call badly at first */
    record Step(String label, int calls, boolean undo, int failing, int millis) implements Act {
        /** Its effects on the world. */
        Stream<String> effects() {
            return IntStream.range(0, calls).mapToObj(i -> label + "." + i);
        }

        String undoing() {
            return "undo-" + label;
        }
    }

    record Together(List<Step> steps, int most) implements Act {}

    record Sleep(int millis) implements Act {}

    /** @param millis how long is slept at once; 0 for not at all */
    record Event(String type, int millis) implements Act {}

    record Child(Play play) implements Act {}

    record Break() implements Act {}

    static Play random(Random random, String name) {
        return random(random, name, 2 + random.nextInt(5), true);
    }

    private static Play random(Random random, String name, int length, boolean parent) {
        List<Act> acts = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            String label = "a" + i;
            acts.add(
                    switch (random.nextInt(parent ? 9 : 6)) {
                        case 0 -> {
                            int count = 2 + random.nextInt(3);
                            yield new Together(
                                    IntStream.range(0, count)
                                            .mapToObj(k -> step(random, label + (char) ('a' + k)))
                                            .toList(),
                                    1 + random.nextInt(count));
                        }
                        case 1 -> new Sleep(random.nextInt(4) == 0 ? 1100 + random.nextInt(900) : random.nextInt(200));
                        case 6 -> new Event(type(i), random.nextBoolean() ? 0 : random.nextInt(300));
                        case 7 -> new Child(random(random, name + "-" + i, 1 + random.nextInt(3), false));
                        default -> step(random, label);
                    });
        }
        if (parent && random.nextInt(4) == 0) {
            acts.add(new Break());
        }
        return new Play(name, List.copyOf(acts));
    }

    private static String type(int number) {
        return "gts.x.core.faas.event.v1~x.kills.e" + number + ".happened.v1~";
    }

    private static Step step(Random random, String label) {
        int failing = random.nextInt(6) == 0 ? 1 + random.nextInt(2) : 0;
        int calls = failing > 0 ? 1 : 1 + random.nextInt(2);
        return new Step(label, calls, random.nextBoolean(), failing, random.nextInt(40));
    }

    /** Whether it fails in the end. */
    boolean breaks() {
        return acts.stream().anyMatch(Break.class::isInstance);
    }

    /** The steps of an act, but those of a child. */
    static List<Step> steps(Act act) {
        return switch (act) {
            case Step step -> List.of(step);
            case Together together -> together.steps();
            default -> List.of();
        };
    }

    /** How many of its steps may be under way at once. */
    int most() {
        return acts.stream()
                .mapToInt(each -> each instanceof Together together ? together.most() : 1)
                .max()
                .orElse(1);
    }

    /** What it waits for. */
    List<String> events() {
        return acts.stream()
                .flatMap(each -> each instanceof Event event ? Stream.of(event.type()) : Stream.empty())
                .toList();
    }

    /** It, and the workflows that it starts. */
    Stream<Play> all() {
        return Stream.concat(
                Stream.of(this),
                acts.stream()
                        .flatMap(each ->
                                each instanceof Child child ? child.play().all() : Stream.empty()));
    }

    /** The player's input. */
    ObjectNode json(String world) {
        ObjectNode json = Running.JSON.createObjectNode();
        ArrayNode list = json.putArray("acts");
        for (Act each : acts) {
            ObjectNode act = list.addObject();
            switch (each) {
                case Step step -> step(act.put("act", "step"), world, step);
                case Together together -> {
                    act.put("act", "together").put("most", together.most());
                    ArrayNode steps = act.putArray("steps");
                    together.steps().forEach(step -> step(steps.addObject(), world, step));
                }
                case Sleep sleep -> act.put("act", "sleep").put("ms", sleep.millis());
                case Event event ->
                    act.put("act", event.millis() > 0 ? "both" : "event")
                            .put("type", event.type())
                            .put("ms", event.millis());
                case Child child ->
                    act.put("act", "child").set("play", child.play().json(world));
                case Break _ -> act.put("act", "break");
            }
        }
        return json;
    }

    private void step(ObjectNode json, String world, Step step) {
        String how = "?fail=" + step.failing() + "&ms=" + step.millis();
        json.put("label", step.label())
                .put("calls", step.calls())
                .put("to", world + "/" + name + "/" + step.label())
                .put("how", how)
                .put("undo", step.undo() ? world + "/" + name + "/" + step.undoing() + "?ms=" + step.millis() : "");
    }
}
