package dev.dovetail.spi.trigger;

import dev.dovetail.spi.Bytes;
import java.util.Map;
import java.util.Optional;

/** Something that happened. The id is the same for every delivery of the same event; events of one key keep their order. */
public record Event(String id, Optional<String> key, Bytes body, Map<String, String> attributes) {
    public Event {
        attributes = Map.copyOf(attributes);
    }
}
