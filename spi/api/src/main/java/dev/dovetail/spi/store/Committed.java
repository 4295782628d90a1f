package dev.dovetail.spi.store;

import java.util.Optional;

/** What became of a commit. */
public sealed interface Committed {
    /** It was made, and every key that it wrote has this version now. */
    record Done(long version) implements Committed {}

    /** It was not made, because of this key, where this entry is. */
    record Conflict(Key key, Optional<Entry> current) implements Committed {}
}
