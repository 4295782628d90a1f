package dev.dovetail.kernel.plugin;

/** Why a plugin is not taken, loaded or put in use, in words for an operator. Nothing has changed when it is thrown. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refusal(String message) {
        super(message, null, false, false);
    }
}
