package dev.dovetail.kernel.stream;

import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Streams as they are written. */
record StreamPapers(Schemas schemas) {
    Bytes write(Head head) {
        ObjectNode json = schemas.object()
                .put("schema", 1)
                .put("function", head.function().text())
                .put("carried", head.carried())
                .put("boot", head.boot())
                .put("last", head.last())
                .put("bytes", head.bytes())
                .put("sweep", head.sweep().toEpochMilli());
        head.ended().ifPresent(at -> json.put("ended", at.toEpochMilli()));
        ObjectNode marks = json.putObject("marks");
        head.marks().forEach((step, call) -> marks.put(step.toString(), call));
        return schemas.bytes(json);
    }

    Head head(Bytes bytes) {
        JsonNode json = schemas.parse(bytes);
        Map<Long, Long> marks = new HashMap<>();
        json.path("marks")
                .properties()
                .forEach(each ->
                        marks.put(Long.parseLong(each.getKey()), each.getValue().longValue()));
        return new Head(
                Name.of(json.get("function").stringValue()),
                json.get("carried").booleanValue(),
                json.get("boot").stringValue(),
                json.get("last").longValue(),
                json.get("bytes").longValue(),
                json.has("ended")
                        ? Optional.of(Instant.ofEpochMilli(json.get("ended").longValue()))
                        : Optional.empty(),
                Instant.ofEpochMilli(json.get("sweep").longValue()),
                marks);
    }

    /** Events in one value, a line for each; one whose data lie elsewhere says so by having none. */
    static Bytes write(List<StreamEvent> events) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(256);
        for (StreamEvent each : events) {
            all.writeBytes((each.number() + " " + each.kind().word() + " ").getBytes(StandardCharsets.US_ASCII));
            all.writeBytes(each.data().toArray()); // JSON without line breaks
            all.write('\n');
        }
        return Bytes.given(all.toByteArray());
    }

    static List<StreamEvent> events(Bytes bytes) {
        List<StreamEvent> events = new ArrayList<>();
        for (String line : bytes.text().split("\n")) {
            String[] parts = line.split(" ", 3);
            events.add(new StreamEvent(
                    Long.parseLong(parts[0]),
                    StreamEvent.Kind.valueOf(parts[1].toUpperCase(Locale.ROOT)),
                    Bytes.utf8(parts[2])));
        }
        return events;
    }
}
