package dev.dovetail.kernel.pool;

import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.executor.Controllable;
import dev.dovetail.spi.executor.Inspectable;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import java.util.Optional;
import java.util.function.Function;

/**
 * A seat in an instance in somebody's hands. Used by one thread, then given back once.
 *
 * <p>The plugin's objects stay inside: what comes out are values.
 */
public final class Loan {
    private final Pools pools;
    private final Shelf shelf;
    private final Warm warm;
    private final boolean cold;
    private final Cold how;
    private final long since = System.nanoTime();

    Loan(Pools pools, Shelf shelf, Warm warm, boolean cold, Cold how) {
        this.pools = pools;
        this.shelf = shelf;
        this.warm = warm;
        this.cold = cold;
        this.how = how;
        if (isWorker()) {
            shelf.load().entered();
        }
    }

    private boolean isWorker() {
        return warm.megabytes() > 0;
    }

    /** Whether its instance was started for this loan. */
    public boolean cold() {
        return cold;
    }

    /** What starting it consisted of. */
    public Cold how() {
        return how;
    }

    /** The plugin version that started it, such as {@code executor-python 1.2.0}. */
    public String plugin() {
        return warm.plugin();
    }

    /** Whether its executor carries on what began in this dialect. */
    public boolean reads(int dialect) {
        return warm.lease().reads(dialect);
    }

    /** Whether it is certain that its code can reach nothing but its host. */
    public boolean isConfined() {
        return warm.isConfined();
    }

    /**
     * Asks the instance about a call; from any thread, also when the loan has just ended.
     *
     * @return empty if it cannot be looked into
     * @throws dev.dovetail.kernel.plugin.PluginFailure if the plugin fails
     */
    public <R> Optional<R> inspect(Function<Inspectable, R> question) throws InterruptedException {
        return warm.lease()
                .useIfOpen(executor -> warm.instance() instanceof Inspectable open
                        ? Optional.of(question.apply(open))
                        : Optional.empty());
    }

    /**
     * Has the instance do to a call what only its executor can; from any thread, also when the loan has just ended.
     *
     * @return empty if it can do nothing of the kind
     * @throws dev.dovetail.kernel.plugin.PluginFailure if the plugin fails, or cannot do it now
     */
    public Optional<Bytes> control(String executionId, String action, Bytes payload) throws InterruptedException {
        return warm.lease()
                .useIfOpen(executor -> warm.instance() instanceof Controllable able
                        ? Optional.of(PluginFailure.unlessNull(
                                able.control(executionId, action, payload), "The action " + action + " of " + plugin()))
                        : Optional.empty());
    }

    /** @throws dev.dovetail.kernel.plugin.PluginFailure if the plugin fails, and not just the function */
    public Outcome invoke(Invocation invocation, Host host) throws InterruptedException {
        Outcome outcome = warm.lease()
                .use(executor -> PluginFailure.unlessNull(
                        warm.instance().invoke(invocation, host), "The invoke of " + warm.plugin()));
        if (isWorker()) {
            shelf.load().used(outcome.usage());
        }
        return outcome;
    }

    /** Ends the loan: the seat is free again if the instance is fit, and the instance is closed if it is not. */
    public void giveBack() throws InterruptedException {
        if (isWorker()) {
            shelf.sat(System.nanoTime() - since);
            shelf.load().left();
        }
        pools.takeBack(shelf, warm);
    }

    /** Ends the loan and the instance. */
    public void discard() throws InterruptedException {
        if (isWorker()) {
            shelf.load().left();
        }
        pools.discard(shelf, warm);
    }
}
