package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Story;
import dev.dovetail.kernel.durable.journal.Used;
import dev.dovetail.kernel.record.Execution.LogLine;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** Where the code of executions runs, as far as the engine knows. */
interface Bench {
    /** The traits of the version that an order is pinned to; empty if the version is not there any more. */
    Optional<JsonNode> traits(Order order) throws InterruptedException;

    /**
     * Runs something of that version's code, and returns when it has left.
     *
     * @param hosting makes the host that it asks; without it, it is a plain call
     * @param dialect that the executor has to read, of what has a journal
     */
    Stretch run(Order order, Bytes input, int attempt, Entry entry, Optional<Runs.Hosting> hosting, OptionalInt dialect)
            throws InterruptedException;

    /** The replay semantics in which a journal of this order would be written now. */
    default OptionalInt dialect(Order order) throws InterruptedException {
        return OptionalInt.empty();
    }

    /** What is needed for a journal in this dialect to be carried on, in words; empty if nothing is. */
    default Optional<String> lacking(Order order, int dialect) throws InterruptedException {
        return Optional.empty();
    }

    /** Runs the code of another version against an order's journal, with nothing else answering it. */
    default Rehearsed rehearse(Order order, int attempt, Story story, int version) throws InterruptedException {
        return new Rehearsed.Unknown("there are no rehearsals here");
    }

    /** How long a stretch of this version may take; empty if it is not there. */
    default Optional<Duration> timeout(Order order, int version) throws InterruptedException {
        return Optional.empty();
    }

    /** Interrupts the code of this execution, if any runs. */
    void interrupt(String id);

    /**
     * A stretch of work that is over.
     *
     * @param body what the code returned, if it returned well
     * @param fault why it did not; one of the two is there
     * @param plugin which plugin version ran it
     * @param logs what it logged
     */
    record Stretch(Optional<Bytes> body, Optional<Fault> fault, String plugin, List<LogLine> logs, Used used) {
        /** One that used nothing. */
        Stretch(Optional<Bytes> body, Optional<Fault> fault, String plugin, List<LogLine> logs) {
            this(body, fault, plugin, logs, Used.NOTHING);
        }
    }
}
