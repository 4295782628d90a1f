package dev.dovetail.kernel.pool;

import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import java.time.Duration;

/**
 * An instance in somebody's hands. Used by one thread, then given back once.
 *
 * <p>The plugin's objects stay inside: what comes out are values.
 */
public final class Loan {
    private final Pools pools;
    private final Pools.Shelf shelf;
    private final Warm warm;
    private final boolean cold;
    private final Duration start;

    Loan(Pools pools, Pools.Shelf shelf, Warm warm, boolean cold, Duration start) {
        this.pools = pools;
        this.shelf = shelf;
        this.warm = warm;
        this.cold = cold;
        this.start = start;
    }

    /** Whether it was started for this loan. */
    public boolean cold() {
        return cold;
    }

    /** How long starting took; zero if it was warm. */
    public Duration start() {
        return start;
    }

    /** The plugin version that started it, such as {@code executor-python 1.2.0}. */
    public String plugin() {
        return warm.plugin();
    }

    /** @throws dev.dovetail.kernel.plugin.PluginFailure if the plugin fails, and not just the function */
    public Outcome invoke(Invocation invocation, Host host) throws InterruptedException {
        return warm.lease().use(executor -> warm.instance().invoke(invocation, host));
    }

    /** Ends the loan: the instance goes back to the shelf if it is fit, and is closed if it is not. */
    public void giveBack() throws InterruptedException {
        pools.takeBack(shelf, warm);
    }

    /** Ends the loan and the instance. */
    public void discard() throws InterruptedException {
        warm.close();
    }
}
