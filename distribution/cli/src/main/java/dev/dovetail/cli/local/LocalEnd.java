package dev.dovetail.cli.local;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.executor.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How a local run ended. */
public sealed interface LocalEnd {
    /** @param body one JSON value */
    record Returned(Bytes body, Times times) implements LocalEnd {}

    record Failed(Fault fault, Times times) implements LocalEnd {}

    /** The code cannot be started: each problem has its place if the language tells it. */
    record NotStarted(List<Problem> problems) implements LocalEnd {
        public NotStarted {
            problems = List.copyOf(problems);
        }
    }

    /**
     * What it took.
     *
     * @param start until the first call could be made, the plugin loaded before
     * @param isolation how the code was kept apart from the machine, in words; empty inside an interpreter
     */
    record Times(Duration start, Duration run, Outcome.Usage usage, Optional<String> isolation) {}
}
