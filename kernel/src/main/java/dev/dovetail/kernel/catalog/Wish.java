package dev.dovetail.kernel.catalog;

import java.util.Optional;

/**
 * Which version a caller wants.
 *
 * @param version a number ({@code 5} or {@code v5}), {@code $LATEST}, an alias, or a timestamp
 * @param alias an alias
 * @param key by which a weighted alias chooses, so that one caller stays with one version
 */
public record Wish(Optional<String> version, Optional<String> alias, Optional<String> key) {
    /** Whatever is newest and active. */
    public static final Wish NONE = new Wish(Optional.empty(), Optional.empty(), Optional.empty());

    /** Whether it names no version, and at most a key. */
    boolean isOpen() {
        return version.isEmpty() && alias.isEmpty();
    }
}
