package dev.dovetail.kernel.http;

import dev.dovetail.kernel.schema.Schemas;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * Which query parameters each route takes, for the description of the API. Read when somebody asks for that; where assertions are on,
 * as in tests, each parameter that is looked for must be described. Thread-safe.
 */
final class Queries {
    private final Schemas schemas;
    private volatile Optional<JsonNode> described = Optional.empty();

    Queries(Schemas schemas) {
        this.schemas = schemas;
    }

    /** A parameter of a route. */
    record Parameter(String name, String description, JsonNode schema) {}

    List<Parameter> of(Route route) {
        JsonNode all = described();
        return StreamSupport.stream(all.path("routes").path(id(route)).spliterator(), false)
                .map(each -> parameter(all, each.stringValue()))
                .toList();
    }

    private static Parameter parameter(JsonNode all, String key) {
        JsonNode one = all.path("parameters").path(key);
        return new Parameter(
                one.path("name").stringValue(key), one.path("description").stringValue(""), one.path("schema"));
    }

    boolean describes(Route route, String name) {
        return name.equals("dryRun") && route.changes()
                || of(route).stream().anyMatch(each -> each.name().equals(name));
    }

    private static String id(Route route) {
        return route.method() + " " + route.template();
    }

    private JsonNode described() {
        if (described.isEmpty()) {
            try (InputStream resource = Queries.class.getResourceAsStream("queries.json")) {
                described = Optional.of(schemas.parse(resource.readAllBytes()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return described.get();
    }
}
