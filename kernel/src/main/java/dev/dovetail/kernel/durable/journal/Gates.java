package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.durable.journal.Gate.State;
import dev.dovetail.kernel.durable.journal.Gate.When;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The gates of an execution and what they hold, as its journal has them. Guarded by its story. */
public final class Gates {
    /** Messages that set a gate, release it, and delete it. */
    public static final String SET = "gate";

    public static final String RELEASE = "gate-release";
    public static final String DELETE = "gate-delete";

    private final Map<String, Gate> all = new LinkedHashMap<>();
    private final Map<Long, Line> held = new HashMap<>();
    private final Map<Long, Line> released = new HashMap<>();
    private final Map<Long, Line> given = new HashMap<>();
    private final Map<Long, Long> begun = new HashMap<>();

    Gates() {}

    void take(Line line) {
        String gate = line.text("gate");
        long number = line.number();
        switch (line.type()) {
            case Line.GATE -> all.putIfAbsent(gate, Gate.of(line));
            case Line.HELD -> {
                held.put(number, line);
                released.remove(number);
                all.computeIfPresent(gate, (_, it) -> it.holds(line));
            }
            case Line.RELEASED -> {
                all.computeIfPresent(gate, (_, it) -> line.json().has("deleted") ? null : it.released(line));
                if (number >= 0) {
                    released.put(number, line);
                    begun.putIfAbsent(number, line.at());
                    if (line.json().has("value")) {
                        given.put(number, line);
                    }
                }
            }
            default -> {}
        }
    }

    List<Gate> all() {
        return List.copyOf(all.values());
    }

    /** The gate that is to hold this call there, if one is. */
    Optional<Gate> waiting(When when, Line asked) {
        if (all.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> name = Gate.name(asked);
        return all.values().stream()
                .filter(gate -> gate.state() == State.WAITING_FOR
                        && gate.when() == when
                        && name.equals(Optional.of(gate.step())))
                .findFirst();
    }

    /** Whether this call is held. */
    boolean holds(long number) {
        return held.containsKey(number) && !released.containsKey(number);
    }

    /** The line with what a call that was released is answered with; empty if it has still to be done. */
    Optional<Line> settled(long number) {
        return Optional.ofNullable(released.get(number))
                .map(it -> it.json().has("value") ? it : held.get(number))
                .filter(it -> it.json().has("value") || it.json().has("fault"));
    }

    /** When a call began, which may have been held before; in milliseconds since 1970. */
    long begunAt(Line asked) {
        return begun.getOrDefault(asked.number(), asked.at());
    }

    /** The same answer to a call, with who gave it if that was no call's doing. */
    ObjectNode marked(long number, ObjectNode answer) {
        Line by = given.get(number);
        return by == null ? answer : answer.put("replaced", true).put("by", by.text("by"));
    }

    public static boolean isAbout(Message message) {
        return switch (message.kind()) {
            case SET, RELEASE, DELETE -> true;
            default -> false;
        };
    }

    /** What is said about gates: what it means is in the journal from then on. */
    public static void take(Story story, Message message, long now) {
        ObjectNode line = story.nothing().put("gate", message.text("gate")).put("by", message.text("by"));
        Optional<Gate> known = Optional.ofNullable(story.gates().all.get(message.text("gate")));
        Optional<Long> holds = known.filter(it -> it.state() == State.HELD).flatMap(Gate::call);
        switch (message.kind()) {
            case SET -> {
                if (known.isEmpty()) {
                    story.add(
                            Line.GATE,
                            now,
                            line.put("when", message.text("when")).put("step", message.text("step")));
                }
            }
            case RELEASE -> {
                if (holds.isPresent()) {
                    if (message.body().has("output")) {
                        line.set("value", message.body().get("output"));
                    }
                    story.add(Line.RELEASED, now, holds.get(), line.put("message", message.id()));
                }
            }
            case DELETE -> {
                if (known.isPresent()) {
                    story.add(Line.RELEASED, now, holds.orElse(-1L), line.put("deleted", true));
                }
            }
            default -> throw new IllegalArgumentException("Not about gates: " + message.kind());
        }
    }
}
