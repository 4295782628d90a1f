package dev.dovetail.storage.h2;

import dev.dovetail.spi.store.Entry;
import java.util.Optional;

/** What a key holds since a version: an entry, or that it was deleted. */
record Found(long version, Optional<Entry> entry) {
    static Found there(Entry entry) {
        return new Found(entry.version(), Optional.of(entry));
    }

    static Found gone(long version) {
        return new Found(version, Optional.empty());
    }
}
