package dev.dovetail.kernel.plugin;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What should be in use of a plugin.
 *
 * @param active the version that serves; empty if it was removed
 * @param previous what served before, to go back to
 * @param trying the version on trial, which may be the active one
 * @param crashes how often the kernel ended otherwise than by being stopped while it was on trial
 * @param refused versions that were gone back from, with the reason
 */
record Wish(
        Optional<String> active,
        Optional<String> previous,
        Optional<String> trying,
        int crashes,
        Map<String, String> refused) {
    private static final int CRASHES = 2;
    private static final int CRASHES_WITH_NO_WAY_BACK = 3;

    static final Wish NONE = new Wish(Optional.empty(), Optional.empty(), Optional.empty(), 0, Map.of());

    Wish {
        refused = Map.copyOf(refused);
    }

    /** This version serves from now on, on trial. */
    Wish trying(String version) {
        Optional<String> before = active.filter(now -> !now.equals(version)).or(() -> previous);
        Map<String, String> others = new HashMap<>(refused);
        others.remove(version);
        return new Wish(Optional.of(version), before, Optional.of(version), 0, others);
    }

    /** The version on trial has proved itself, or the kernel was stopped in good order. */
    Wish trusted() {
        return new Wish(active, previous, Optional.empty(), 0, refused);
    }

    /** The kernel ended otherwise than by being stopped: what was on trial is given up for the one before, in the end. */
    Wish crashed() {
        if (trying.isEmpty()) {
            return this;
        }
        int more = crashes + 1;
        if (more < (previous.isPresent() ? CRASHES : CRASHES_WITH_NO_WAY_BACK)) {
            return new Wish(active, previous, trying, more, refused);
        }
        Map<String, String> given = new HashMap<>(refused);
        given.put(trying.get(), "the kernel ended " + more + " times while it was on trial");
        return new Wish(previous, Optional.empty(), Optional.empty(), 0, given);
    }

    Wish removed() {
        return new Wish(Optional.empty(), Optional.empty(), Optional.empty(), 0, Map.of());
    }
}
