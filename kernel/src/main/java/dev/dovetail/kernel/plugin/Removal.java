package dev.dovetail.kernel.plugin;

/** What became of a wish to be rid of a plugin or a version. */
public sealed interface Removal {
    record Removed() implements Removal {}

    record Refused(String reason) implements Removal {}

    /** There is no such plugin or version; the reason lists those that there are. */
    record Unknown(String reason) implements Removal {}
}
