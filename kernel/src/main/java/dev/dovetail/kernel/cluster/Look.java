package dev.dovetail.kernel.cluster;

import dev.dovetail.spi.store.Entry;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a look into the store found.
 *
 * @param began when it began and {@code ended} when it ended, on this node's monotonic clock
 * @param owners by shard, without those whose document cannot be read
 */
record Look(long began, long ended, List<Pulse> pulses, Map<Integer, Owner> owners) {
    /**
     * A node's beat; the version of its entry moves with each.
     *
     * @param paused whether it lives and takes no share
     */
    record Pulse(Holder holder, String address, boolean paused, Optional<Vitals> vitals, Entry entry) {}
}
