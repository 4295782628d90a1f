package dev.dovetail.spi.store;

/**
 * Where a value is. Paths order by their UTF-8 bytes.
 *
 * @param path 1 to 512 bytes of printable ASCII without spaces, such as {@code t/default/fn/hello}
 */
public record Key(Space space, String path) implements Comparable<Key> {
    private static final int LONGEST = 512;

    public Key {
        if (path.isEmpty() || path.length() > LONGEST || !isPrintable(path)) {
            throw new IllegalArgumentException(
                    "Not a key: \"" + path + "\"; expected 1 to 512 printable ASCII characters without spaces");
        }
    }

    /** Without a stream: stores make millions of keys. */
    static boolean isPrintable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7f) {
                return false;
            }
        }
        return true;
    }

    /** What a store keeps apart. */
    public enum Space {
        /** What changes: documents, owners, indexes of what is open. */
        STATE,
        /**
         * What is settled. Its paths begin with the day, {@code 20261121/}, and are written with {@code Absent} or
         * {@code Anything} only, so that retention drops days and not rows.
         */
        HISTORY
    }

    public static Key state(String path) {
        return new Key(Space.STATE, path);
    }

    public static Key history(String path) {
        return new Key(Space.HISTORY, path);
    }

    @Override
    public int compareTo(Key other) {
        int bySpace = space.compareTo(other.space);
        return bySpace != 0 ? bySpace : path.compareTo(other.path);
    }

    @Override
    public String toString() {
        return space + ":" + path;
    }
}
