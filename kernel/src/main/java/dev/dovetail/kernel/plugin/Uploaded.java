package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;

/** What became of a jar that was handed in. */
public sealed interface Uploaded {
    /** It is on the shelf, and active if it was the first of its plugin. */
    record Taken(Name id, String version, Digest sha256, VersionState state) implements Uploaded {}

    record Refused(String reason) implements Uploaded {}
}
