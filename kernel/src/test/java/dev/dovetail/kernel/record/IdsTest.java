package dev.dovetail.kernel.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class IdsTest {
    @Test
    void aPaddedNumberIsAsTheUsualFormatWritesIt() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            long number = random.nextLong(Long.MAX_VALUE) >>> random.nextInt(63);
            int digits = 1 + random.nextInt(20);
            assertEquals(
                    String.format("%0" + digits + "d", number),
                    Ids.padded(number, digits),
                    () -> "seed " + seed + ", " + digits + " digits");
        }
    }

    @Test
    void whatIsBelowNothingHasNoPlaceInTheOrder() {
        assertThrows(IllegalArgumentException.class, () -> Ids.padded(-1, 4));
    }
}
