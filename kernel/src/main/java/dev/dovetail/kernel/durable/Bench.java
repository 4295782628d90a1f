package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.record.Execution.LogLine;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Where the code of executions runs, as far as the engine knows. */
interface Bench {
    /** The traits of the version that an order is pinned to; empty if the version is not there any more. */
    Optional<JsonNode> traits(Order order);

    /**
     * Runs something of that version's code, and returns when it has left.
     *
     * @param hosting makes the host that it asks; without it, it is a plain call
     */
    Stretch run(Order order, Bytes input, int attempt, Entry entry, Optional<Runs.Hosting> hosting)
            throws InterruptedException;

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
    record Stretch(Optional<Bytes> body, Optional<Fault> fault, String plugin, List<LogLine> logs) {}
}
