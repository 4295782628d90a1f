package dev.dovetail.spi.store;

import dev.dovetail.spi.store.Key.Space;

/**
 * The keys of one space from {@code from}, included, to {@code to}, excluded; empty text means no bound on that side.
 *
 * @param backwards whether {@link StateStore#list} answers the last keys first
 */
public record Range(Space space, String from, String to, boolean backwards) {
    /** Every key that begins with this text. */
    public static Range prefix(Space space, String prefix) {
        if (prefix.isEmpty()) {
            return new Range(space, "", "", false);
        }
        int last = prefix.length() - 1;
        return new Range(space, prefix, prefix.substring(0, last) + (char) (prefix.charAt(last) + 1), false);
    }

    public Range reversed() {
        return new Range(space, from, to, !backwards);
    }

    /** What of this range comes after this path, in the range's direction: the next page. */
    public Range after(String path) {
        return backwards ? new Range(space, from, path, true) : new Range(space, path + "\0", to, false);
    }

    public boolean has(Key key) {
        return key.space() == space
                && key.path().compareTo(from) >= 0
                && (to.isEmpty() || key.path().compareTo(to) < 0);
    }
}
