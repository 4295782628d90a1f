package dev.dovetail.executor.wasm;

import dev.dovetail.spi.Fault;

/** Ends a call with a fault: the guest said so, or did what cannot go on. No guest can catch it. */
final class Trouble extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Fault fault;

    /** @param fault whose place is filled in where it is caught */
    Trouble(Fault fault) {
        super(fault.message());
        this.fault = fault;
    }

    /** The function is at fault. */
    static Trouble code(String message) {
        return new Trouble(Fault.of(Fault.CODE, Fault.Owner.FUNCTION, message));
    }

    Fault fault() {
        return fault;
    }
}
