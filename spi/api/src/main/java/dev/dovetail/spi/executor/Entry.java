package dev.dovetail.spi.executor;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.KernelProvided;
import java.util.Optional;

/** What runs: the main code, the compensation of a step, or a hook; always a function that the code exports by name. */
@KernelProvided
public sealed interface Entry {
    /** The function that the handler names. */
    record Main() implements Entry {}

    /** Undoes a step that had completed, or that began and was settled first. */
    record Compensation(String function, String step, Bytes stepInput, Optional<Bytes> stepOutput, Fault cause)
            implements Entry {}

    /**
     * Runs before or after the main code.
     *
     * @param stage {@code before}, {@code after} or {@code catch}
     */
    record Hook(String function, String stage, Bytes context) implements Entry {}
}
