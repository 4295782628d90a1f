package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.record.Execution.LogLine;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An accepted execution as it is looked at, open or ended.
 *
 * @param why what it waits for, in one word; empty text if it does not wait
 * @param due when it goes on by itself
 * @param plugin which plugin version ran it last; empty text if none did
 * @param output the answer, if it succeeded
 * @param lines its journal, as far as it was asked for
 */
public record Shown(
        Order order,
        ExecutionStatus status,
        int attempt,
        String why,
        Optional<Instant> due,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        String plugin,
        Optional<Bytes> output,
        Optional<Fault> error,
        List<LogLine> logs,
        List<Line> lines) {
    public Shown {
        logs = List.copyOf(logs);
        lines = List.copyOf(lines);
    }

    /** The same with no more of its journal than the first so many lines. */
    public Shown upTo(int position) {
        return new Shown(
                order,
                status,
                attempt,
                why,
                due,
                startedAt,
                finishedAt,
                plugin,
                output,
                error,
                logs,
                lines.subList(0, position));
    }

    static List<LogLine> logs(List<Line> lines) {
        return lines.stream()
                .filter(line -> line.type().equals(Line.LOG))
                .map(Line::said)
                .toList();
    }
}
