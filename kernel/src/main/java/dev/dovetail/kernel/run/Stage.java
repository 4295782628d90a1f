package dev.dovetail.kernel.run;

import dev.dovetail.spi.executor.Outcome;
import java.time.Duration;

/**
 * Where rehearsals of one version are held: an instance that is nobody else's. Used by one thread at a time, one rehearsal after
 * the other, and closed once.
 */
public interface Stage extends AutoCloseable {
    /** The plugin version that started it, such as {@code executor-python 1.2.0}. */
    String plugin();

    /** Whether its executor carries on what began in this dialect. */
    boolean reads(int dialect);

    /** Whether there can be another rehearsal: not after one that had to be broken off. */
    boolean usable();

    /**
     * Runs the code with this host, which is ended here. It is not counted, recorded, or found by its execution's id.
     *
     * @param within after which the code is interrupted; then, it has failed with a timeout
     */
    Outcome play(Work work, Duration within, Runs.Hosting hosting) throws InterruptedException;

    @Override
    void close();
}
