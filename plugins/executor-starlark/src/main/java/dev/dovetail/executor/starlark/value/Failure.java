package dev.dovetail.executor.starlark.value;

import dev.dovetail.spi.Place;
import java.util.ArrayList;
import java.util.List;

/** A function's own error on its way up. Carries the calls that it passed, innermost first, and no Java stack. */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int MOST_FRAMES = 50;

    /** What kind of error it is, for programs. */
    public enum Kind {
        TYPE,
        VALUE,
        NAME,
        INDEX,
        KEY,
        ATTRIBUTE,
        ARGUMENT,
        FROZEN,
        RECURSION,
        FAIL
    }

    /** A call that the error passed. */
    public record Frame(String function, Place place) {}

    private final Kind kind;
    private final transient List<Frame> frames = new ArrayList<>();

    public Failure(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public static Failure type(String message) {
        return new Failure(Kind.TYPE, message);
    }

    public static Failure value(String message) {
        return new Failure(Kind.VALUE, message);
    }

    public Kind kind() {
        return kind;
    }

    public List<Frame> frames() {
        return frames;
    }

    public void passed(String function, Place place) {
        if (frames.size() < MOST_FRAMES) {
            frames.add(new Frame(function, place));
        }
    }
}
