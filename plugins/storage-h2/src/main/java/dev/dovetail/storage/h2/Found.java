package dev.dovetail.storage.h2;

import dev.dovetail.spi.store.Entry;
import java.util.Optional;

/**
 * What a key holds since a version: an entry, or that it was deleted. Equal by identity: the JDK keeps a soft hold on the
 * class whose generated {@code equals} was linked last, and so on the plugin's class loader.
 */
record Found(long version, Optional<Entry> entry) {
    static Found there(Entry entry) {
        return new Found(entry.version(), Optional.of(entry));
    }

    static Found gone(long version) {
        return new Found(version, Optional.empty());
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
