package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Launch;
import java.util.List;

/** Is told of swaps, in their order, on the swap's thread, which waits: it must return soon and may not swap. */
public interface SlotWatcher {
    /** This generation serves in the slot from now on; whoever keeps something of the one before should replace it. */
    default void serving(Kind kind, Name slot, long generation) {}

    /**
     * This generation gets no new leases. Leases held for idle things should end now if {@link Lease#retiring} says so,
     * others when they can. Told once more at the end if it goes over to its successor little by little.
     */
    default void retiring(Kind kind, Name slot, long generation) {}

    /** The versions that an executor slot must be able to start, those called most recently first. */
    default List<Launch> inUse(Name slot) {
        return List.of();
    }
}
