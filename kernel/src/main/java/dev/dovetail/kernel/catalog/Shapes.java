package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Shape;
import dev.dovetail.kernel.schema.Schemas;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks what clients send against the shapes of the API, before anything else looks at it. */
final class Shapes {
    private final Shape function;
    private final Shape version;
    private final Shape change;
    private final Shape alias;
    private final Shape bundle;

    Shapes(Schemas schemas) {
        this.function = load("function", schemas);
        this.version = load("version", schemas);
        this.change = load("change", schemas);
        this.alias = load("alias", schemas);
        this.bundle = load("bundle", schemas);
    }

    private static Shape load(String name, Schemas schemas) {
        try (InputStream resource = Shapes.class.getResourceAsStream(name + ".schema.json")) {
            return new Shape(schemas.parse(resource.readAllBytes()), ErrorType.VALIDATION, schemas);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ObjectNode function(JsonNode body) {
        return function.check(body);
    }

    ObjectNode version(JsonNode body) {
        return version.check(body);
    }

    ObjectNode change(JsonNode body) {
        return change.check(body);
    }

    Shape bundle() {
        return bundle;
    }

    ObjectNode alias(JsonNode body) {
        return alias.check(body);
    }
}
