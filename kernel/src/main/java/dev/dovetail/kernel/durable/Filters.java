package dev.dovetail.kernel.durable;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Whether an event fits what somebody waits for. */
interface Filters {
    /** Why this is no filter, in words; empty if it is one. */
    Optional<String> problem(String filter);

    /** @param filter a CEL expression over {@code event}; empty text fits every event */
    boolean fits(String filter, JsonNode event);

    /** Why this filter says nothing of this event, in words; empty if it does, or is none. */
    Optional<String> failure(String filter, JsonNode event);
}
