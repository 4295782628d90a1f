package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.catalog.Wish;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.host.HostCall;
import java.util.Optional;

/** How executions call functions: implemented above, where functions are called. */
public interface Callers {
    /** Whether a call of this starts an execution that may wait. */
    boolean isWorkflow(Name tenant, String callable);

    /**
     * Starts an execution under this id as the caller's, one deeper; once, however often it is asked.
     *
     * @param wish which version of what is called
     * @throws dev.dovetail.kernel.contract.Refusal if it is not admitted
     */
    void start(Order caller, HostCall.Invoke call, Wish wish, String id, Optional<Order.Parent> parent)
            throws InterruptedException;

    /**
     * Calls a function as the caller's, and waits; what went wrong.
     *
     * @param id of the call, by which it may be interrupted
     */
    Optional<Fault> call(Order caller, String callable, Bytes input, String id) throws InterruptedException;
}
