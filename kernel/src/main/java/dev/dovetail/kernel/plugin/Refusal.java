package dev.dovetail.kernel.plugin;

import java.util.Optional;

/** Why a plugin is not taken, loaded or put in use, in words for an operator. Nothing has changed when it is thrown. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean passing;
    private final transient Optional<Slots.Type> taken;

    /** As long as the plugin, its configuration and what serves are what they are. */
    Refusal(String message) {
        this(message, false, Optional.empty());
    }

    private Refusal(String message, boolean passing, Optional<Slots.Type> taken) {
        super(message, null, false, false);
        this.passing = passing;
        this.taken = taken;
    }

    /** The same may go well later. */
    static Refusal passing(String message) {
        return new Refusal(message, true, Optional.empty());
    }

    /** As long as another plugin has this type. */
    static Refusal taken(Slots.Type type, String message) {
        return new Refusal(message, false, Optional.of(type));
    }

    boolean passing() {
        return passing;
    }

    /** The type that another plugin has, if it is because of that. */
    Optional<Slots.Type> taken() {
        return taken;
    }
}
