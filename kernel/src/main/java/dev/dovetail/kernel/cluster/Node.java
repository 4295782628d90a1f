package dev.dovetail.kernel.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A node as another one sees it.
 *
 * @param name the lasting name of its data folder
 * @param address where it serves; empty text as long as it does not
 * @param boot its process
 * @param alive whether its beat has not been silent for the lease
 * @param paused whether it carries nothing before it is resumed
 * @param shards those that it owns, in order
 * @param beatAge how long ago its beat was last seen to move, on the clock of whoever looks
 * @param vitals how it fared at that beat; empty as long as it does not serve
 */
public record Node(
        String name,
        String address,
        String boot,
        boolean alive,
        boolean paused,
        List<Integer> shards,
        Duration beatAge,
        Optional<Vitals> vitals) {
    public Node {
        shards = List.copyOf(shards);
    }
}
