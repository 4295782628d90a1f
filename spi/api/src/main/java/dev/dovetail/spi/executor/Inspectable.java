package dev.dovetail.spi.executor;

import dev.dovetail.spi.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Ability of an instance: to show where a call stands, and to hold it there. Called from other threads than the call's. */
public interface Inspectable {
    /** The stack of this execution's call, innermost first; empty if it has none here. */
    List<Outcome.Frame> stack(String executionId);

    /**
     * The local variables of a held call's frame, each as JSON text; what JSON has no form for is a text. Empty if the call is
     * not held, or the frame's variables are not to be had. The kernel masks secrets.
     *
     * @param frame index into the stack
     */
    Map<String, String> locals(String executionId, int frame);

    /** Where this execution's call is held; empty if it runs, or has ended. */
    Optional<Place> held(String executionId);

    /**
     * Holds the call when it comes to one of these places, before what stands there is done; an empty list takes all back. May
     * be asked before the call begins. A place without a file's name is in any file; columns are not looked at.
     */
    void breakAt(String executionId, List<Place> places);

    /** Lets a held call go on; nothing happens to one that is not held. The call's thread is interrupted to end it while held. */
    void go(String executionId, Pace pace);

    /** How far a held call goes on. */
    enum Pace {
        OVER,
        INTO,
        OUT,
        ON
    }
}
