package dev.dovetail.kernel.plugin;

/** What became of a wish for another version. */
public sealed interface Activation {
    /** It serves; the one before may still be finishing. */
    record Serving(String version, long generation) implements Activation {}

    /** Everything is as it was. */
    record Refused(String reason) implements Activation {}

    /** There is no such plugin or version; the reason lists those that there are. */
    record Unknown(String reason) implements Activation {}
}
