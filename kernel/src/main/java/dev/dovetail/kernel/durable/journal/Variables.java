package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.secret.Disclosed;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the variables of the code had at its checkpoints, as far as the executor tells: for people to look at, bounded, and without
 * secrets. It is no part of the call, so a replay may find others.
 */
public final class Variables {
    public static final String NAME = "variables";

    private static final String CHECKPOINT = "checkpoint";
    private static final int MOST_BYTES = 64 << 10;
    /** Of all checkpoints of an execution: its journal is there for replay first. */
    private static final long MOST_TOGETHER = 1 << 20;

    private final Schemas schemas;
    private final Story story;
    private OptionalLong together = OptionalLong.empty();

    Variables(Schemas schemas, Story story) {
        this.schemas = schemas;
        this.story = story;
    }

    /** A call as a replay compares it, and as it is told of. */
    static HostCall.Other without(Schemas schemas, HostCall.Other other) {
        if (!other.name().equals(CHECKPOINT)) {
            return other;
        }
        try {
            if (schemas.parse(other.arguments()) instanceof ObjectNode arguments && arguments.has(NAME)) {
                return new HostCall.Other(CHECKPOINT, other.version(), schemas.bytes(arguments.without(NAME)));
            }
        } catch (Schemas.Malformed e) {
            // whoever reads it says so
        }
        return other;
    }

    /** Adds them to the line of a checkpoint. */
    void addTo(ObjectNode line, JsonNode arguments, Disclosed disclosed) {
        if (!arguments.path(NAME).isArray()) {
            return;
        }
        ArrayNode frames = schemas.object().arrayNode();
        for (JsonNode told : arguments.get(NAME)) {
            ObjectNode frame = frames.addObject()
                    .put("function", told.path("function").asString(""))
                    .put("line", told.path("line").asInt(0));
            ObjectNode variables = frame.putObject(NAME);
            told.path(NAME)
                    .properties()
                    .forEach(each -> variables.put(
                            each.getKey(), disclosed.conceal(each.getValue().asString(""))));
        }
        long bytes = schemas.bytes(frames).size();
        long before = together.orElseGet(this::kept);
        boolean fits = bytes <= MOST_BYTES && before + bytes <= MOST_TOGETHER;
        together = OptionalLong.of(fits ? before + bytes : before);
        line.set(NAME, fits ? frames : frames.stringNode(tooMany(bytes)));
    }

    private static String tooMany(long bytes) {
        return "(" + bytes + " bytes, not kept: at most " + MOST_BYTES + " of one checkpoint are, and " + MOST_TOGETHER
                + " of all of an execution)";
    }

    /** As people see them: values, and no texts of values. */
    public static JsonNode shown(Schemas schemas, JsonNode kept) {
        if (!kept.isArray()) {
            return kept;
        }
        JsonNode frames = kept.deepCopy();
        for (JsonNode frame : frames) {
            ObjectNode variables = (ObjectNode) frame.get(NAME);
            List.copyOf(variables.properties()).forEach(each -> {
                try {
                    variables.set(
                            each.getKey(),
                            schemas.parse(Bytes.utf8(each.getValue().stringValue())));
                } catch (Schemas.Malformed e) {
                    // it has no such form: it stays a text
                }
            });
        }
        return frames;
    }

    private long kept() {
        return story.lines().stream()
                .filter(line ->
                        line.type().equals(Line.CHECKPOINT) && line.at(NAME).isArray())
                .mapToLong(line -> schemas.bytes(line.at(NAME)).size())
                .sum();
    }
}
