package dev.dovetail.kernel.durable.journal;

import java.time.Duration;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * What code used while it ran, in one stretch or in all of them.
 *
 * @param billed what it ran, each stretch in whole milliseconds; no wait is in it
 * @param peakBytes the most memory that a stretch held at once; 0 if unknown
 * @param limitMb how much memory it may have had; 0 if it never ran
 */
public record Used(Duration ran, Duration billed, Duration cpu, long peakBytes, long steps, int limitMb) {
    public static final Used NOTHING = new Used(Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, 0, 0);

    /** One stretch. */
    public static Used of(Duration ran, Duration cpu, long peakBytes, long steps, int limitMb) {
        Duration billed = Duration.ofMillis(Math.ceilDiv(ran.toNanos(), 1_000_000L));
        return new Used(ran, billed, cpu, peakBytes, steps, limitMb);
    }

    /** All stretches that a journal tells of. */
    public static Used of(List<Line> lines) {
        return lines.stream()
                .filter(line -> line.type().equals(Line.USED))
                .map(line -> of(micros(line, "ran"), micros(line, "cpu"), line.whole("peak"), line.whole("steps"), (int)
                        line.whole("limit")))
                .reduce(NOTHING, Used::and);
    }

    private static Duration micros(Line line, String key) {
        return Duration.ofNanos(1_000 * line.whole(key));
    }

    private Used and(Used next) {
        return new Used(
                ran.plus(next.ran),
                billed.plus(next.billed),
                cpu.plus(next.cpu),
                Math.max(peakBytes, next.peakBytes),
                steps + next.steps,
                next.limitMb);
    }

    /** Tells it in a journal; nothing if nothing ran. */
    public void tell(Story story, long at) {
        if (!equals(NOTHING)) {
            ObjectNode json = story.nothing()
                    .put("ran", ran.toNanos() / 1_000)
                    .put("cpu", cpu.toNanos() / 1_000)
                    .put("peak", peakBytes)
                    .put("steps", steps)
                    .put("limit", limitMb);
            story.add(Line.USED, at, json);
        }
    }
}
