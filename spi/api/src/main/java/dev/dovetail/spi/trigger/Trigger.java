package dev.dovetail.spi.trigger;

import dev.dovetail.spi.Bytes;
import java.util.Optional;

/** A source of events: a clock, a stream, a table. It only finds events; delivery is the kernel's. Thread-safe. */
public interface Trigger extends AutoCloseable {
    /**
     * Starts to send this part of the subscription's events to the sink, from where it stopped, and returns once it
     * does. The kernel binds each of a subscription's parts on one node at a time.
     *
     * @param position as last delivered, or empty at the very first time
     */
    Binding bind(Subscription subscription, Subscription.Part part, Optional<Bytes> position, EventSink sink);

    /** Ends all bindings still open. */
    @Override
    void close();

    /** Events on their way. Once closed, no event of it is delivered any more; closing twice does nothing. */
    interface Binding extends AutoCloseable {
        @Override
        void close();
    }
}
