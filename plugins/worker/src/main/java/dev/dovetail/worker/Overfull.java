package dev.dovetail.worker;

import dev.dovetail.spi.Fault;

/** A worker needed more memory than its limit while it loaded its code. */
final class Overfull extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Fault fault;

    /** @param fault what its calls are to be told */
    Overfull(Fault fault) {
        super(fault.message(), null, false, false);
        this.fault = fault;
    }

    Fault fault() {
        return fault;
    }
}
