package dev.dovetail.kernel.pool;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.spi.executor.Launch;
import java.util.Optional;

/**
 * Lends instances that are nobody else's, now or later: each is closed when it is given back, and is not counted among those that
 * there is memory for. Thread-safe.
 */
public interface Apart {
    /**
     * Starts an instance, of what serves or of just this plugin version.
     *
     * @throws dev.dovetail.kernel.plugin.PluginFailure if it does not start
     */
    Loan start(Deployed version, Launch launch, Optional<Release> on) throws InterruptedException;

    /** Whether what serves for this version carries on what began in this dialect. */
    boolean serves(Deployed version, int dialect);

    /**
     * Starts an instance whose executor reads this dialect: of what serves, or of an older plugin version that does.
     *
     * @throws dev.dovetail.kernel.plugin.PluginFailure if there is none
     */
    Loan reading(Deployed version, int dialect) throws InterruptedException;

    /** The same with this launch. */
    Loan reading(Deployed version, Launch launch, int dialect) throws InterruptedException;
}
