package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Digest;

/**
 * Whether a version's file is still what was taken in.
 *
 * @param found the digest of the file as it is
 * @param words what was found, for people
 */
public record Verification(String version, Digest pinned, Digest found, boolean intact, String words) {}
