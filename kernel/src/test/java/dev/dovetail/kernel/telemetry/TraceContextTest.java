package dev.dovetail.kernel.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("OB-01")
final class TraceContextTest {
    private static final String VALID = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void aValidHeaderIsReadAndWrittenBack() {
        TraceContext read = TraceContext.parse(VALID).orElseThrow();
        assertEquals("4bf92f3577b34da6a3ce929d0e0e4736", read.traceId());
        assertEquals("00f067aa0ba902b7", read.spanId());
        assertTrue(read.sampled());
        assertEquals(VALID, read.traceparent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
                "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x"
            })
    void anInvalidHeaderIsNone(String header) {
        assertEquals(Optional.empty(), TraceContext.parse(header));
    }

    @Test
    void aLaterVersionIsReadAsFarAsItIsKnown() {
        Optional<TraceContext> read =
                TraceContext.parse("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes");
        assertEquals(VALID, read.orElseThrow().traceparent());
    }

    @Test
    void everyContextSurvivesItsHeader() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 10_000; i++) {
            TraceContext made = new TraceContext(
                    i % 3 == 0 ? 0 : random.nextLong(), random.nextLong() | 1, random.nextLong() | 1, i % 2 == 0);
            assertEquals(Optional.of(made), TraceContext.parse(made.traceparent()), () -> "seed " + seed);
        }
    }

    @Test
    void aBrokenHeaderIsRefusedOrReadButNeverThrows() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        String letters = "0123456789abcdef-gZ \u00e9";
        for (int i = 0; i < 10_000; i++) {
            StringBuilder header = new StringBuilder(VALID);
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = random.nextInt(header.length());
                header.setCharAt(at, letters.charAt(random.nextInt(letters.length())));
            }
            TraceContext.parse(header.toString())
                    .ifPresent(read -> assertEquals(55, read.traceparent().length(), () -> "seed " + seed));
        }
    }

    @Test
    void aChildHasAnotherSpanOfTheSameTrace() {
        TraceContext parent = TraceContext.begin(true);
        TraceContext child = parent.child();
        assertEquals(parent.traceId(), child.traceId());
        assertFalse(parent.spanId().equals(child.spanId()));
        assertTrue(child.sampled());
    }

    @Test
    void zeroIsNoId() {
        assertThrows(IllegalArgumentException.class, () -> new TraceContext(0, 0, 1, true));
        assertThrows(IllegalArgumentException.class, () -> new TraceContext(1, 1, 0, true));
    }
}
