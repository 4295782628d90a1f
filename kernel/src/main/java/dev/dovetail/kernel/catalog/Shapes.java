package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.schema.Problem;
import dev.dovetail.kernel.schema.Schemas;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks what clients send against the shapes of the API, before anything else looks at it. */
final class Shapes {
    private final Shape function;
    private final Shape version;
    private final Shape change;
    private final Shape alias;

    Shapes(Schemas schemas) {
        this.function = Shape.load("function", schemas);
        this.version = Shape.load("version", schemas);
        this.change = Shape.load("change", schemas);
        this.alias = Shape.load("alias", schemas);
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

    ObjectNode alias(JsonNode body) {
        return alias.check(body);
    }

    /** Compiled when the first client sends such a thing. */
    private static final class Lazy {
        private final JsonNode schema;
        private final Schemas schemas;
        private volatile Optional<Schemas.Checked> compiled = Optional.empty();

        Lazy(JsonNode schema, Schemas schemas) {
            this.schema = schema;
            this.schemas = schemas;
        }

        Schemas.Checked get() {
            if (compiled.isEmpty()) {
                compiled = Optional.of(schemas.compileTrusted(schema));
            }
            return compiled.orElseThrow();
        }
    }

    private record Shape(JsonNode schema, Lazy compiled) {
        static Shape load(String name, Schemas schemas) {
            try (InputStream resource = Shapes.class.getResourceAsStream(name + ".schema.json")) {
                JsonNode schema = schemas.parse(resource.readAllBytes());
                return new Shape(schema, new Lazy(schema, schemas));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** @throws Refusal MALFORMED for a field that is not known, VALIDATION for a value that does not fit */
        ObjectNode check(JsonNode body) {
            if (!(body instanceof ObjectNode object)) {
                throw Refusal.field(ErrorType.MALFORMED, "", "expected an object", body.toString());
            }
            List<Problem> unknown = new ArrayList<>();
            findUnknown(schema, object, "", unknown);
            if (!unknown.isEmpty()) {
                throw Refusal.of(ErrorType.MALFORMED, unknown.getFirst().told(), unknown);
            }
            List<Problem> problems = compiled.get().problems(object);
            if (!problems.isEmpty()) {
                throw Refusal.of(ErrorType.VALIDATION, problems.getFirst().told(), problems);
            }
            return object;
        }

        private static void findUnknown(JsonNode rule, ObjectNode object, String path, List<Problem> unknown) {
            JsonNode known = rule.path("properties");
            JsonNode others = rule.path("additionalProperties");
            object.properties().forEach(property -> {
                String here = path + "/" + property.getKey();
                if (known.has(property.getKey())) {
                    if (property.getValue() instanceof ObjectNode inner) {
                        findUnknown(known.get(property.getKey()), inner, here, unknown);
                    }
                } else if (others.isBoolean() && !others.booleanValue()) {
                    unknown.add(new Problem(
                            here,
                            "unknown field; known are " + String.join(", ", new TreeSet<>(known.propertyNames())),
                            property.getValue().toString(),
                            "additionalProperties"));
                }
            });
        }
    }
}
