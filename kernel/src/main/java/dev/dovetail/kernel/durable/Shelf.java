package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Faulted;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** Executions that have ended, each with its journal, in parts that are small enough for the store. */
final class Shelf {
    private static final int LARGEST_PART = 512 * 1024;

    private final Slot<StateStore> state;
    private final Papers papers;
    private final Schemas schemas;

    Shelf(Slot<StateStore> state, Papers papers, Schemas schemas) {
        this.state = state;
        this.papers = papers;
        this.schemas = schemas;
    }

    /** What puts it there. */
    List<Change> put(Shown ended) {
        byte[] all = write(ended).toArray();
        List<Change> changes = new ArrayList<>();
        for (int from = 0, part = 0; from < all.length; from += LARGEST_PART, part++) {
            byte[] some = java.util.Arrays.copyOfRange(all, from, Math.min(all.length, from + LARGEST_PART));
            changes.add(new Change.Put(
                    Keys.ended(ended.order().tenant(), ended.order().id(), part),
                    Bytes.given(some),
                    Expectation.anything()));
        }
        return changes;
    }

    Optional<Shown> find(Name tenant, String id) throws InterruptedException {
        Range range = Keys.ended(tenant, id);
        List<Entry> parts = state.use(store -> store.list(range, 1000));
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(part -> all.writeBytes(part.value().toArray()));
        return Optional.of(read(Bytes.given(all.toByteArray())));
    }

    private Bytes write(Shown ended) {
        ObjectNode json = schemas.object()
                .put("schema", 1)
                .put("status", ended.status().word())
                .put("attempt", ended.attempt())
                .put("plugin", ended.plugin());
        ended.startedAt().ifPresent(at -> json.put("started", at.toEpochMilli()));
        ended.finishedAt().ifPresent(at -> json.put("finished", at.toEpochMilli()));
        json.set("order", papers.json(ended.order()));
        ended.output().ifPresent(output -> json.putRawValue("output", new RawValue(output.text())));
        ended.error().ifPresent(fault -> json.set("fault", Faulted.write(schemas, fault)));
        ArrayNode lines = json.putArray("lines");
        ended.lines().forEach(line -> lines.add(line.json()));
        return schemas.bytes(json);
    }

    private Shown read(Bytes bytes) {
        JsonNode json = schemas.parse(bytes);
        List<Line> lines = new ArrayList<>();
        json.path("lines").forEach(line -> lines.add(new Line((ObjectNode) line)));
        return new Shown(
                papers.order(schemas.bytes(json.get("order"))),
                ExecutionStatus.valueOf(json.get("status").stringValue().toUpperCase(Locale.ROOT)),
                json.get("attempt").intValue(),
                "",
                Optional.empty(),
                time(json, "started"),
                time(json, "finished"),
                json.get("plugin").stringValue(),
                json.has("output") ? Optional.of(schemas.bytes(json.get("output"))) : Optional.empty(),
                json.has("fault") ? Optional.of(Faulted.read(schemas, json.get("fault"))) : Optional.empty(),
                Shown.logs(lines),
                lines);
    }

    private static Optional<Instant> time(JsonNode json, String key) {
        return json.has(key) ? Optional.of(Instant.ofEpochMilli(json.get(key).longValue())) : Optional.empty();
    }
}
