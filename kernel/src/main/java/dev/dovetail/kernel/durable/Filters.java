package dev.dovetail.kernel.durable;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Whether an event fits what somebody waits for. */
interface Filters {
    /** Why this is no filter, in words; empty if it is one. */
    Optional<String> problem(String filter);

    /** @param filter a CEL expression over {@code event}; empty text fits every event */
    Verdict judge(String filter, JsonNode event);

    /**
     * What a filter says of an event.
     *
     * @param failure why it says nothing of it, in words, if it does not; then the event does not fit
     */
    record Verdict(boolean fits, Optional<String> failure) {
        static Verdict of(boolean fits) {
            return new Verdict(fits, Optional.empty());
        }

        static Verdict none(String why) {
            return new Verdict(false, Optional.of(why));
        }
    }
}
