package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Shape;
import dev.dovetail.kernel.schema.Schemas;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** What the bodies of actions look like, by the name that their routes give: checked as it is described. Thread-safe. */
final class Bodies {
    private final Map<String, Shape> shapes = new TreeMap<>();
    private final Queries queries;

    Bodies(Schemas schemas) {
        this.queries = new Queries(schemas);
        try (InputStream resource = Bodies.class.getResourceAsStream("bodies.json")) {
            schemas.parse(resource.readAllBytes())
                    .properties()
                    .forEach(each ->
                            shapes.put(each.getKey(), new Shape(each.getValue(), misfit(each.getKey()), schemas)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What tells of a function is as invalid as it is in the function's own description, and a gate as in a list of them. */
    private static ErrorType misfit(String name) {
        return name.equals("Concurrency") || name.startsWith("Gate") ? ErrorType.VALIDATION : ErrorType.MALFORMED;
    }

    /** @throws dev.dovetail.kernel.contract.Refusal if the body is not what this name stands for; other names are others' affair */
    void check(String name, JsonNode body) {
        Optional.ofNullable(shapes.get(name)).ifPresent(shape -> shape.check(body));
    }

    /** And which query parameters there are. */
    Queries queries() {
        return queries;
    }

    Map<String, Shape> all() {
        return Map.copyOf(shapes);
    }
}
