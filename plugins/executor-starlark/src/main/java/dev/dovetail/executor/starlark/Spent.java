package dev.dovetail.executor.starlark;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;

/**
 * Stands for a file that needed more memory than it may while it was loaded: a start can be refused only as code that cannot
 * start, and a call can be told which limit it was. It takes one call.
 */
final class Spent implements Instance {
    private final Fault fault;
    private volatile boolean told;

    Spent(Fault fault) {
        this.fault = fault;
    }

    @Override
    public Outcome invoke(Invocation invocation, Host host) {
        told = true;
        return new Outcome.Failed(fault, Outcome.Usage.NONE);
    }

    @Override
    public boolean usable() {
        return !told;
    }

    @Override
    public void close() {
        told = true;
    }
}
