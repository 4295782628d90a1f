package dev.dovetail.kernel.durable.journal;

import dev.dovetail.spi.store.Key;
import tools.jackson.databind.JsonNode;

/**
 * Something from outside an execution that waits in its inbox.
 *
 * @param kind {@code signal}, {@code approval}, {@code child}, {@code cancel}, {@code terminate}, {@code pause} or
 *     {@code resume}; and those of {@link Gates}
 */
public record Message(Key key, String kind, JsonNode body) {
    public static final String CANCEL = "cancel";
    public static final String TERMINATE = "terminate";

    /** Its name among those of its execution. */
    public String id() {
        return key.path().substring(key.path().lastIndexOf('/') + 1);
    }

    /** When it was taken on, in milliseconds since 1970. */
    long sentAt() {
        return body.path("sent").longValue(0);
    }

    String text(String field) {
        return body.path(field).stringValue("");
    }
}
