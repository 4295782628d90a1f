package dev.dovetail.spi.trigger;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.KernelProvided;
import java.util.List;
import java.util.Optional;

/** Where a trigger sends events. Delivering blocks while there is no room, which is the back-pressure. */
@KernelProvided
public interface EventSink {
    /**
     * Accepts events and the position after them in one durable step: when it has returned they will be carried to an
     * end or to the dead letters, and the trigger may take them off its source.
     */
    void deliver(List<Event> events, Optional<Bytes> position) throws InterruptedException;

    /** Says how the source is, with a reason. */
    void state(SourceState state, String why);

    /** How a source is. */
    enum SourceState {
        CONNECTED,
        DEGRADED,
        GONE
    }
}
