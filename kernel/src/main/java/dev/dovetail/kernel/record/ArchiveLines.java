package dev.dovetail.kernel.record;

import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Entry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes lines of a tenant's rows of a day: {@code record} for each execution, {@code journal} with all there is of one that was
 * accepted, {@code successor} for what was made of one; {@code row} for what cannot be read, as it is, so that nothing is lost. A
 * line's {@code kind} and {@code id} are the same whenever it is written.
 */
final class ArchiveLines {
    private static final Pattern PLACE =
            Pattern.compile("[0-9]{8}/t/([a-z][a-z0-9-]{0,63})/([a-z]+)/([^/]+)(?:/(.+))?");

    private final Archive archive;
    private final Archive.Volume volume;
    /** Of one journal, which has several when it is large. */
    private final List<Entry> parts = new ArrayList<>();

    ArchiveLines(Archive archive, Archive.Volume volume) {
        this.archive = archive;
        this.volume = volume;
    }

    /** Whose row it is. */
    static String tenant(Entry row) {
        Matcher place = PLACE.matcher(row.key().path());
        return place.matches() ? place.group(1) : "_";
    }

    /** In the order of their keys. */
    void take(Entry row) throws IOException {
        if (!parts.isEmpty() && !journal(row).equals(journal(parts.getFirst()))) {
            end();
        }
        if (journal(row).isPresent()) {
            parts.add(row);
        } else {
            write(row);
        }
    }

    /** The execution whose journal a row is a part of. */
    private static Optional<String> journal(Entry row) {
        Matcher place = PLACE.matcher(row.key().path());
        return place.matches() && place.group(2).equals("w") ? Optional.of(place.group(3)) : Optional.empty();
    }

    /** Writes what is still gathered. */
    void end() throws IOException {
        if (parts.isEmpty()) {
            return;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(part -> all.writeBytes(part.value().toArray()));
        Optional<ObjectNode> line = readable(() -> {
                    ObjectNode json =
                            line("journal", journal(parts.getFirst()).orElseThrow(), tenant(parts.getFirst()));
                    json.set("execution", archive.unpacked(Bytes.given(all.toByteArray())));
                    return List.of(json);
                })
                .map(List::getFirst);
        if (line.isPresent()) {
            volume.line(line.get());
        } else {
            for (Entry part : parts) {
                raw(part);
            }
        }
        parts.clear();
    }

    private void write(Entry row) throws IOException {
        Optional<List<ObjectNode>> lines = readable(() -> lines(row));
        if (lines.isEmpty()) {
            raw(row);
            return;
        }
        for (ObjectNode each : lines.get()) {
            volume.line(each);
        }
    }

    private interface Reading {
        List<ObjectNode> read();
    }

    /** Empty if it is damaged: that must not keep all the others from the archive. */
    private static Optional<List<ObjectNode>> readable(Reading reading) {
        try {
            return Optional.of(reading.read()).filter(lines -> !lines.isEmpty());
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    private List<ObjectNode> lines(Entry row) {
        Matcher place = PLACE.matcher(row.key().path());
        if (!place.matches()) {
            return List.of();
        }
        return switch (place.group(2)) {
            case "x" ->
                Segment.unpack(Name.of(place.group(1)), row.value()).stream()
                        .map(this::record)
                        .toList();
            case "l" ->
                List.of(line("successor", place.group(4), place.group(1))
                        .put("of", place.group(3))
                        .put("how", row.value().text()));
            default -> List.of();
        };
    }

    private ObjectNode line(String kind, String id, String tenant) {
        return archive.schemas().object().put("kind", kind).put("id", id).put("tenant", tenant);
    }

    private void raw(Entry row) throws IOException {
        volume.line(line("row", row.key().path(), tenant(row))
                .put("base64", Base64.getEncoder().encodeToString(row.value().toArray())));
    }

    private ObjectNode record(Execution it) {
        Schemas schemas = archive.schemas();
        ObjectNode json = line("record", it.id(), it.tenant().text())
                .put("function", it.function().text())
                .put("version", it.version())
                .put("plugin", it.plugin())
                .put("status", it.status().word())
                .put("mode", it.mode())
                .put("initiator", it.initiator())
                .put("correlationId", it.correlationId())
                .put("traceId", it.traceId())
                .put("createdAt", it.createdAt().toString())
                .put("finishedAt", it.finishedAt().toString())
                .put("queuedMs", it.queued().toNanos() / 1e6)
                .put("durationMs", it.duration().toNanos() / 1e6)
                .put("cpuTimeMs", it.usage().cpu().toNanos() / 1e6)
                .put("peakBytes", it.usage().peakBytes())
                .put("steps", it.usage().steps())
                .put("coldStart", it.coldStart())
                .put("outputBytes", it.outputSize());
        it.output().ifPresent(output -> json.set("output", schemas.parse(output)));
        it.error().ifPresent(fault -> json.set("error", error(fault)));
        ArrayNode logs = json.putArray("logs");
        for (Execution.LogLine each : it.logs()) {
            logs.addObject()
                    .put("at", each.at().toString())
                    .put("level", each.level())
                    .put("message", each.message())
                    .put("fields", each.fields());
        }
        return json;
    }

    private ObjectNode error(Fault fault) {
        ObjectNode json = archive.schemas()
                .object()
                .put("id", fault.id())
                .put("owner", fault.owner().name().toLowerCase(Locale.ROOT))
                .put("message", fault.message());
        json.set("details", archive.schemas().parse(fault.details()));
        fault.place()
                .ifPresent(place -> json.putObject("place")
                        .put("file", place.file())
                        .put("line", place.line())
                        .put("column", place.column()));
        return json;
    }
}
