package dev.dovetail.kernel.host;

import dev.dovetail.spi.Fault;
import java.util.Optional;

/** Keeps what a call registers to be called if it fails. */
public interface Keeping {
    /** In the memory of this process alone, whose call it is: if it dies, nobody hears of the call's end either. */
    Optional<Keeping> IN_MEMORY = Optional.of(_ -> Optional.empty());

    /**
     * Keeps it, before the code goes on.
     *
     * @return why it cannot be kept, if it cannot
     */
    Optional<Fault> keep(Compensation it) throws InterruptedException;
}
