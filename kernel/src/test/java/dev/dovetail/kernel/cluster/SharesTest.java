package dev.dovetail.kernel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.record.Ids;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which part should be whose. */
final class SharesTest {
    @Test
    void anExecutionsShardNeverChanges() {
        assertEquals(44, Shares.shardOf("01935c2e-7b00-7000-8000-000000000001", 64));
        assertEquals(29, Shares.shardOf("01935c2e-7b00-7000-8000-000000000002", 64));
    }

    @Test
    void executionsAreSpreadOverTheShards() {
        int[] counts = new int[64];
        Instant now = Instant.parse("2026-11-21T12:00:00Z");
        for (int i = 0; i < 64_000; i++) {
            counts[Shares.shardOf(Ids.next(now), 64)]++;
        }
        assertTrue(Arrays.stream(counts).min().orElseThrow() > 800, Arrays.toString(counts));
        assertTrue(Arrays.stream(counts).max().orElseThrow() < 1200, Arrays.toString(counts));
    }

    @Test
    void sharesAreAllOfTheShardsAndDifferByOneAtTheMost() {
        for (int nodes = 1; nodes < 80; nodes++) {
            List<String> names =
                    IntStream.range(0, nodes).mapToObj(i -> "n" + i).toList();
            int[] shares =
                    names.stream().mapToInt(name -> Shares.of(name, names, 64)).toArray();
            assertEquals(64, Arrays.stream(shares).sum());
            int least = Arrays.stream(shares).min().orElseThrow();
            assertTrue(Arrays.stream(shares).max().orElseThrow() - least <= 1);
        }
        assertThrows(IllegalArgumentException.class, () -> Shares.of("x", List.of("a"), 64));
    }
}
