package dev.dovetail.kernel.durable.journal;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A gate at which an execution is held: before a call of the main scope begins, or with what it was answered before the code hears it. It
 * holds the first call of its name that comes there, and no other.
 *
 * @param id its name among those of its execution
 * @param step the label of a step, or what else names a call
 * @param by who set it
 * @param since when its state began
 * @param call the number of the call that it holds or has held
 * @param releasedBy who released it
 */
public record Gate(
        String id,
        When when,
        String step,
        String by,
        Instant since,
        State state,
        Optional<Long> call,
        Optional<String> releasedBy) {
    /** So many may be set for one execution, released ones included. */
    public static final int MOST = 100;

    public static final int LONGEST_STEP = 256;

    /** What may be given in place of an output: as much as a step may answer. */
    public static final int LARGEST_OUTPUT = Steps.LARGEST_OUTPUT;

    /** Why an execution waits that a gate holds. */
    public static final String WHY = "gate";

    /** Where it holds a call. */
    public enum When {
        BEFORE,
        AFTER;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<When> find(String word) {
            return List.of(values()).stream()
                    .filter(each -> each.word().equals(word))
                    .findFirst();
        }
    }

    /** How it stands. */
    public enum State {
        WAITING_FOR,
        HELD,
        RELEASED;

        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** One that is to be set. */
    public record Wish(String id, When when, String step) {}

    static Gate of(Line set) {
        return new Gate(
                set.text("gate"),
                When.find(set.text("when")).orElse(When.BEFORE),
                set.text("step"),
                set.text("by"),
                Instant.ofEpochMilli(set.at()),
                State.WAITING_FOR,
                Optional.empty(),
                Optional.empty());
    }

    Gate holds(Line held) {
        Instant at = Instant.ofEpochMilli(held.at());
        return new Gate(id, when, step, by, at, State.HELD, Optional.of(held.number()), Optional.empty());
    }

    Gate released(Line released) {
        Instant at = Instant.ofEpochMilli(released.at());
        return new Gate(id, when, step, by, at, State.RELEASED, call, Optional.of(released.text("by")));
    }

    /** All that a journal tells of and that were not deleted, in the order in which they were set. */
    public static List<Gate> all(List<Line> lines) {
        Gates gates = new Gates();
        lines.forEach(gates::take);
        return gates.all();
    }

    /** What a gate for this call names; empty for one that is never held. */
    static Optional<String> name(Line asked) {
        return switch (asked.text("call")) {
            case "step" -> Optional.of(asked.text("label"));
            case "invoke" -> Optional.of(asked.text("callable"));
            case "event" -> Optional.of(asked.text("type"));
            case "module" -> // a native function's
                Optional.of(asked.at("input").path("module").stringValue("") + "."
                        + asked.at("input").path("function").stringValue(""));
            // a secret's value is never kept, nor are pieces; a person is asked at once
            case "secret", "now", "random", "read", "chunk", "checkpoint", Approval.CALL -> Optional.empty();
            default -> Optional.of(asked.text("call"));
        };
    }
}
