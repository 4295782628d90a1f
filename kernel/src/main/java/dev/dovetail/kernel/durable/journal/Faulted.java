package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Faults as they are kept. */
public final class Faulted {
    private Faulted() {}

    public static ObjectNode write(Schemas schemas, Fault fault) {
        ObjectNode json = schemas.object()
                .put("id", fault.id())
                .put("owner", fault.owner().name().toLowerCase(Locale.ROOT))
                .put("message", fault.message());
        if (fault.details().size() > 2) {
            json.set("details", schemas.parse(fault.details()));
        }
        fault.place().ifPresent(place -> json.set("place", place(schemas, place)));
        return json;
    }

    public static Fault read(Schemas schemas, JsonNode json) {
        return new Fault(
                json.path("id").stringValue(Fault.PLATFORM),
                Fault.Owner.valueOf(json.path("owner").stringValue("platform").toUpperCase(Locale.ROOT)),
                json.path("message").stringValue(""),
                json.has("details") ? schemas.bytes(json.get("details")) : schemas.bytes(schemas.object()),
                json.has("place") ? Optional.of(place(json.get("place"))) : Optional.empty());
    }

    static ObjectNode place(Schemas schemas, Place place) {
        return schemas.object()
                .put("file", place.file())
                .put("line", place.line())
                .put("column", place.column());
    }

    static Place place(JsonNode json) {
        return new Place(
                json.path("file").stringValue(""),
                json.path("line").intValue(0),
                json.path("column").intValue(0));
    }
}
