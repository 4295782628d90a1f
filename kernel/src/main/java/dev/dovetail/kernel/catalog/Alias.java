package dev.dovetail.kernel.catalog;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * A name for a weighted set of versions.
 *
 * @param weights percent by version number; they sum to 100
 * @param provisioned instances that are started before anybody calls, spread over the versions by weight
 */
public record Alias(
        String name,
        TreeMap<Integer, Integer> weights,
        String description,
        int provisioned,
        Instant createdAt,
        Instant updatedAt) {
    public Alias {
        weights = new TreeMap<>(weights);
    }

    /** The version at this point of the weights laid end to end, {@code 0 <= point < 100}. */
    int versionAt(int point) {
        int sum = 0;
        for (Map.Entry<Integer, Integer> each : weights.entrySet()) {
            sum += each.getValue();
            if (point < sum) {
                return each.getKey();
            }
        }
        return weights.lastKey();
    }
}
