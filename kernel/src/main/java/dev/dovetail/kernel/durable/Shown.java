package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.Execution.LogLine;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import java.time.Instant;
import java.util.ArrayList;
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

    /** One that is open. */
    static Shown open(Order order, Standing standing, String plugin, List<Line> lines) {
        return new Shown(
                order,
                standing.status(),
                standing.attempt(),
                standing.why(),
                standing.why().isEmpty() ? Optional.empty() : Optional.of(standing.due()),
                standing.startedAt(),
                Optional.empty(),
                plugin,
                Optional.empty(),
                Optional.empty(),
                logs(lines),
                lines);
    }

    /** The same at its end. */
    Shown ended(ExecutionStatus end, Optional<Bytes> answer, Optional<Fault> fault, Instant now) {
        return new Shown(
                order,
                end,
                attempt,
                "",
                Optional.empty(),
                startedAt,
                Optional.of(now),
                plugin,
                answer,
                fault,
                logs,
                lines);
    }

    /** The same, with what is not in the journal yet, or was not a moment ago. */
    Shown logging(List<LogLine> more) {
        if (more.isEmpty()) {
            return this;
        }
        List<LogLine> all = new ArrayList<>(logs);
        int both = 0; // the last so many of one are the first of the other
        for (int many = 1; many <= Math.min(more.size(), all.size()); many++) {
            if (all.subList(all.size() - many, all.size()).equals(more.subList(0, many))) {
                both = many;
            }
        }
        all.addAll(more.subList(both, more.size()));
        return new Shown(order, status, attempt, why, due, startedAt, finishedAt, plugin, output, error, all, lines);
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

    /** How it was called: {@code async}, unless it is a plain call that was taken over when it had failed. */
    public String mode() {
        return lines.stream()
                .filter(line -> line.type().equals(Line.UNDOING) && line.json().has("mode"))
                .map(line -> line.text("mode"))
                .findFirst()
                .orElse("async");
    }

    /** One that has ended, as a record. */
    public Execution record() {
        return Ends.record(this);
    }

    static List<LogLine> logs(List<Line> lines) {
        return lines.stream()
                .filter(line -> line.type().equals(Line.LOG))
                .map(Line::said)
                .toList();
    }
}
