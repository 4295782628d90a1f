package dev.dovetail.kernel.durable;

import tools.jackson.databind.JsonNode;

/** Whether an event fits what somebody waits for. */
interface Filters {
    /** @param filter a CEL expression over {@code event}; empty text fits every event */
    boolean fits(String filter, JsonNode event);
}
