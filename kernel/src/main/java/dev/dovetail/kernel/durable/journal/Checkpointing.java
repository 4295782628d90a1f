package dev.dovetail.kernel.durable.journal;

import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which stages of a workflow are snapshots. Its journal is as durable with any of them: a snapshot is a place in it that people look
 * at.
 */
public enum Checkpointing {
    /** Each checkpoint that the code makes, and each suspension. */
    AUTOMATIC,
    /** Only what the code makes one. */
    MANUAL,
    /** None, and a checkpoint does nothing and costs no write. */
    DISABLED;

    /** As the traits of a version say, which are checked. */
    public static Checkpointing of(JsonNode traits) {
        String strategy =
                traits.path("workflow").path("checkpointing").path("strategy").stringValue("automatic");
        return valueOf(strategy.toUpperCase(Locale.ROOT));
    }

    /**
     * Adds that the execution is suspended.
     *
     * @param why is changed
     */
    public void suspended(Story story, long at, ObjectNode why) {
        story.add(Line.SUSPENDED, at, this == AUTOMATIC ? why : why.put(Line.SNAPSHOT, false));
    }
}
