package dev.dovetail.worker;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.worker.sandbox.Cell;
import dev.dovetail.worker.sandbox.CellPlan.Mount;
import dev.dovetail.worker.wire.Link;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Speaks the protocol in the place of one worker, whose program speaks something else. It is opened before the program is
 * started, is told when that has been done, says hello with the token that it was given, and is closed after the program has
 * gone. Thread-safe.
 */
public interface StandIn extends AutoCloseable {
    /** Variables that the program is started with, besides those of every worker; they win over these. */
    Map<String, String> environment();

    /** What the program sees besides the function's code. */
    List<Mount> mounts();

    /**
     * The program has been started. From now on the stand-in may speak.
     *
     * @throws InterruptedException if whoever waits for the worker gave up
     */
    void started(Cell cell) throws IOException, InterruptedException;

    /** Closing twice does nothing. */
    @Override
    void close();

    /**
     * What a stand-in is given.
     *
     * @param directory of the worker's own; deleted with it
     * @param token what it has to know to be taken for the worker
     * @param ears makes the ear that hears what it says as the worker
     * @param walls whether the program has a network and files of its own
     */
    record Desk(
            Launch launch,
            Path directory,
            String token,
            Function<Link, Link.Ear> ears,
            boolean walls,
            Context context) {}
}
