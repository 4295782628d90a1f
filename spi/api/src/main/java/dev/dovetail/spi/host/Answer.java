package dev.dovetail.spi.host;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.KernelProvided;

/** What {@link Host#next} gives. */
@KernelProvided
public sealed interface Answer {
    record Reply(long ticket, HostReply reply) implements Answer {}

    /** Every open ticket waits for long and no step is running: unwind. Every later ask is answered with it again. */
    record Suspend() implements Answer {}

    /** Cancelled, paused or out of time: leave. */
    record Stop(Fault why) implements Answer {}
}
