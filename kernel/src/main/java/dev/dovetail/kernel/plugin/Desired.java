package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Name;
import java.util.Optional;

/** Which version of each plugin should be in use, kept over restarts. Thread-safe; durable when a write returns. */
interface Desired {
    /** Empty if nobody has decided about this plugin yet. */
    Optional<Wish> find(Name id);

    void put(Name id, Wish wish);
}
