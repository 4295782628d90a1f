package dev.dovetail.kernel.cluster;

import java.time.Duration;

/**
 * The same on every node of a cluster.
 *
 * @param shards how many there are, for as long as the cluster lives
 * @param beat how often a node says that it lives
 * @param lease after what silence it counts as dead
 */
public record Settings(int shards, Duration beat, Duration lease) {
    public static final Settings USUAL = new Settings(64, Duration.ofSeconds(1), Duration.ofSeconds(3));

    public Settings {
        if (shards < 1 || shards > 1000) {
            throw new IllegalArgumentException(shards + " shards; expected 1 to 1000");
        }
        if (beat.toMillis() < 1 || lease.compareTo(beat.multipliedBy(3)) < 0) {
            throw new IllegalArgumentException(
                    "A beat each " + beat + " and a lease of " + lease + "; expected a lease of three beats or more");
        }
    }
}
