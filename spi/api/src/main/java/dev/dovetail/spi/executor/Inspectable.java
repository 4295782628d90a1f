package dev.dovetail.spi.executor;

import dev.dovetail.spi.Place;
import java.util.List;
import java.util.Map;

/** Ability of an instance: to show where a call stands, and to hold it there. Called from other threads than the call's. */
public interface Inspectable {
    /** The stack of this execution's call, innermost first; empty if it has none here. */
    List<Outcome.Frame> stack(String executionId);

    /** The local variables of a held call's frame, rendered as JSON text; secrets are masked. */
    Map<String, String> locals(String executionId, int frame);

    /** Holds the call when it comes to one of these places; an empty list takes all back. */
    void breakAt(String executionId, List<Place> places);

    /** Lets a held call go on. */
    void go(String executionId, Pace pace);

    /** How far a held call goes on. */
    enum Pace {
        OVER,
        INTO,
        OUT,
        ON
    }
}
