package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.record.Execution.LogLine;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One line of a journal: a JSON object with {@code t} (what it is), {@code at} (milliseconds since 1970), and, by what it is, the
 * number {@code n} of the call in the main scope that it belongs to, and more.
 *
 * <p>{@code began} an attempt, {@code asked} a call, {@code answered} it, {@code begun} and {@code tried} an attempt of a step,
 * {@code registered} what is to be called if it fails,
 * {@code suspended}, {@code resumed}, {@code signal}, {@code checkpoint}, {@code failed} an attempt, {@code undoing} begins
 * compensation, {@code untried} and {@code undone} a step, {@code handling} and {@code handled} an attempt of what is called at its
 * end, {@code resolved} a step,
 * {@code overdue} it goes on although it has taken as long as it may,
 * {@code moved} and {@code move_refused} another version,
 * {@code gate} was set, {@code held} a call at it, {@code released} a gate,
 * {@code forked}, {@code log}, {@code used} by a stretch, {@code ended}.
 */
public record Line(ObjectNode json) {
    public static final String BEGAN = "began";
    public static final String ASKED = "asked";
    public static final String ANSWERED = "answered";
    public static final String BEGUN = "begun";
    /** The same of a step that has nothing to undo. */
    public static final String BEGAN_PLAIN = "begun?";

    /** A plain call said what is to be called if it fails. */
    public static final String REGISTERED = "registered";

    public static final String TRIED = "tried";
    public static final String SUSPENDED = "suspended";
    public static final String RESUMED = "resumed";
    public static final String SIGNAL = "signal";
    public static final String CHECKPOINT = "checkpoint";
    public static final String FAILED = "failed";
    public static final String UNDOING = "undoing";
    public static final String UNTRIED = "untried";
    public static final String UNDONE = "undone";
    /** A workflow was started for its end, in this attempt. */
    public static final String HANDLING = "handling";
    /** An attempt of what is called at its end is over. */
    public static final String HANDLED = "handled";

    public static final String OVERDUE = "overdue";
    /** Somebody said what became of a step of which nobody knew. */
    public static final String RESOLVED = "resolved";
    /** It goes on on another version from here. */
    public static final String MOVED = "moved";
    /** It was to be moved and was not: its code would not do again what it did. */
    public static final String NOT_MOVED = "move_refused";
    /** What is before this was taken over from another execution. */
    public static final String FORKED = "forked";

    /** A gate was set. */
    public static final String GATE = "gate";
    /** A gate holds a call: with its answer, if it has one. */
    public static final String HELD = "held";
    /** A gate was released, or deleted, and what it held goes on. */
    public static final String RELEASED = "released";

    public static final String PROGRESS = "progress";
    /** What a stretch that is over used. */
    public static final String USED = "used";

    public static final String LOG = "log";
    public static final String ENDED = "ended";

    /** Of a suspension: false if it is no snapshot. */
    static final String SNAPSHOT = "snapshot";

    public String type() {
        return json.path("t").stringValue("");
    }

    public long at() {
        return json.path("at").longValue(0);
    }

    /** The call that it belongs to; -1 if to none. */
    public long number() {
        return json.path("n").longValue(-1);
    }

    /** Whether an effect must not overtake it. */
    boolean isOwed() {
        return switch (type()) {
            case ANSWERED, TRIED, BEGUN, SIGNAL, RESOLVED, UNDOING, HELD, RELEASED -> true;
            default -> false;
        };
    }

    /** Whether the execution can be looked at as it was here. */
    public boolean isSnapshot() {
        return switch (type()) {
            case CHECKPOINT -> true;
            case SUSPENDED -> json.path(SNAPSHOT).booleanValue(true);
            default -> false;
        };
    }

    public String text(String key) {
        return json.path(key).stringValue("");
    }

    public long whole(String key) {
        return json.path(key).longValue(0);
    }

    /** What was logged, of a line that says so. */
    public LogLine said() {
        return new LogLine(Instant.ofEpochMilli(at()), text("level"), text("message"), text("fields"));
    }

    public JsonNode at(String key) {
        return json.path(key);
    }
}
