package dev.dovetail.kernel.contract;

import dev.dovetail.kernel.schema.Problem;
import dev.dovetail.kernel.schema.Schemas;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What clients send to one place: an object that a JSON Schema of the product's describes. Thread-safe. */
public final class Shape {
    private final JsonNode schema;
    private final ErrorType misfit;
    private final Schemas schemas;
    private volatile Optional<Schemas.Checked> compiled = Optional.empty();

    /**
     * @param schema compiled when the first client sends such a thing
     * @param misfit what a value is that does not fit
     */
    public Shape(JsonNode schema, ErrorType misfit, Schemas schemas) {
        this.schema = schema;
        this.misfit = misfit;
        this.schemas = schemas;
    }

    public JsonNode schema() {
        return schema;
    }

    /**
     * Answers the body.
     *
     * @throws Refusal MALFORMED if it is no object, or for a field that is not known; the misfit for a value that does not fit
     */
    public ObjectNode check(JsonNode body) {
        if (!(body instanceof ObjectNode object)) {
            throw Refusal.field(ErrorType.MALFORMED, "", "expected an object", body.toString());
        }
        List<Problem> unknown = new ArrayList<>();
        findUnknown(schema, object, "", unknown);
        if (!unknown.isEmpty()) {
            throw Refusal.of(ErrorType.MALFORMED, unknown.getFirst().told(), unknown);
        }
        List<Problem> problems = compiled().problems(object);
        if (!problems.isEmpty()) {
            throw Refusal.of(misfit, problems.getFirst().told(), problems);
        }
        return object;
    }

    private Schemas.Checked compiled() {
        if (compiled.isEmpty()) {
            compiled = Optional.of(schemas.compileTrusted(schema));
        }
        return compiled.orElseThrow();
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
                String names = String.join(", ", new TreeSet<>(known.propertyNames()));
                unknown.add(new Problem(
                        here,
                        "unknown field; " + (names.isEmpty() ? "none is taken" : "known are " + names),
                        property.getValue().toString(),
                        "additionalProperties"));
            }
        });
    }
}
