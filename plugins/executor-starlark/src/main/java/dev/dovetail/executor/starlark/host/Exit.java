package dev.dovetail.executor.starlark.host;

import dev.dovetail.spi.Fault;

/** Ends a call with a fault that the function chose, or that a host call ended in. */
public final class Exit extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Fault fault;

    Exit(Fault fault) {
        super(fault.message(), null, false, false);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }
}
