package dev.dovetail.kernel.record;

import dev.dovetail.spi.Bytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Parts records into segments. */
final class Parts {
    private static final int LARGEST = 900_000;
    private static final int MANY = 1000;

    private Parts() {}

    /** Parts that stay below what a value may have, and whose records ended within a short while of each other. */
    static List<List<Execution>> of(List<Execution> records) {
        List<List<Execution>> parts = new ArrayList<>();
        List<Execution> part = new ArrayList<>();
        long size = 0;
        Instant first = Instant.MIN;
        for (Execution each : records) {
            long its = 400
                    + each.output().map(Bytes::size).orElse(0)
                    + each.logs().stream()
                            .mapToLong(line -> 3L * line.message().length()
                                    + 3L * line.fields().length()
                                    + 32)
                            .sum()
                    + each.error()
                            .map(fault -> 3L * fault.message().length()
                                    + fault.details().size())
                            .orElse(0L);
            boolean full = size + its > LARGEST || part.size() == MANY || apart(first, each.finishedAt());
            if (!part.isEmpty() && full) {
                parts.add(part);
                part = new ArrayList<>();
                size = 0;
            }
            first = part.isEmpty() ? each.finishedAt() : first;
            part.add(each);
            size += its;
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        return parts;
    }

    private static boolean apart(Instant one, Instant other) {
        return one.isBefore(other.minus(Records.SPAN)) || one.isAfter(other.plus(Records.SPAN));
    }

    /** When the last of them ended. */
    static Instant latest(List<Execution> part) {
        return part.stream()
                .map(Execution::finishedAt)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }
}
