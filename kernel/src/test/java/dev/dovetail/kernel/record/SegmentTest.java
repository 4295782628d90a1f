package dev.dovetail.kernel.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import dev.dovetail.testkit.FirstRunCounts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Segments are read back as they were written. */
@FirstRunCounts
class SegmentTest {
    @Test
    void aSegmentIsReadBackAsItWasWritten() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            List<Execution> many = new ArrayList<>();
            for (int n = random.nextInt(1, 40); n > 0; n--) {
                many.add(random(random));
            }
            Bytes packed = Segment.pack(many, 77);
            assertEquals(many, Segment.unpack(Calls.TENANT, packed), "seed " + seed);
            assertEquals(77, Segment.header(packed).counted());
            assertEquals(
                    many.size(),
                    Segment.header(packed).functions().values().stream()
                            .mapToInt(n -> n)
                            .sum());
        }
    }

    private static Execution random(Random random) {
        Instant at = Calls.NOON.plusNanos(random.nextLong(1_000_000_000_000L));
        String text = random.ints(random.nextInt(20), 32, 0xD000)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString()
                + random.nextInt();
        Optional<Fault> error = random.nextBoolean()
                ? Optional.empty()
                : Optional.of(new Fault(
                        Fault.CODE,
                        Fault.Owner.values()[random.nextInt(4)],
                        text,
                        Bytes.utf8("{\"a\":1}"),
                        random.nextBoolean()
                                ? Optional.empty()
                                : Optional.of(new dev.dovetail.spi.Place("f", random.nextInt(1, 9), 2))));
        return new Execution(
                Ids.next(at),
                Calls.TENANT,
                Name.of("f-" + random.nextInt(3)),
                random.nextInt(1, 100),
                text,
                ExecutionStatus.values()[random.nextInt(9)],
                "sync",
                text,
                text,
                text,
                at,
                Duration.ofNanos(random.nextInt()),
                Duration.ofNanos(random.nextInt()),
                new Execution.Usage(Duration.ofNanos(random.nextInt()), random.nextLong(), random.nextLong()),
                random.nextBoolean(),
                error,
                random.nextBoolean() ? Optional.empty() : Optional.of(Bytes.utf8("[1]")),
                random.nextLong(),
                List.of(new Execution.LogLine(Instant.ofEpochMilli(at.toEpochMilli()), "info", text, "{}")));
    }
}
