package dev.dovetail.spi.host;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.KernelProvided;

/** How a call was answered. */
@KernelProvided
public sealed interface HostReply {
    record Value(Bytes json) implements HostReply {}

    record Refused(Fault fault) implements HostReply {}

    /** Run the step's code in this scope. The effect id is the same for every attempt. */
    record Run(long scope, int attempt, String effectId) implements HostReply {}
}
