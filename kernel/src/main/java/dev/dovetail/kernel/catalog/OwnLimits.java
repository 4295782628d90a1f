package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.schema.Problem;
import dev.dovetail.kernel.schema.Schemas;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The limits that only one executor has: {@code traits.limits}, against the schema that it gives. */
final class OwnLimits {
    private static final String PATH = "/traits/limits";

    private OwnLimits() {}

    /** @throws Refusal that names each field that the executor does not take as it is */
    static void check(JsonNode traits, String limitsSchema, Schemas schemas) {
        JsonNode limits = traits.has("limits") ? traits.get("limits") : schemas.object();
        List<Problem> problems = schemas.compile(schemas.parse(limitsSchema)).problems(limits).stream()
                .map(each -> new Problem(PATH + each.path(), each.message(), each.value(), each.keyword()))
                .toList();
        if (!problems.isEmpty()) {
            throw Refusal.of(ErrorType.VALIDATION, problems.getFirst().told(), problems);
        }
    }

    /** The limits with the schema's defaults for those that are not given. */
    static Map<String, Long> complete(Map<String, Long> given, String limitsSchema, Schemas schemas) {
        Map<String, Long> limits = new HashMap<>();
        schemas.parse(limitsSchema).path("properties").properties().forEach(each -> {
            if (each.getValue().path("default").isIntegralNumber()) {
                limits.put(each.getKey(), each.getValue().get("default").longValue());
            }
        });
        limits.putAll(given);
        return limits;
    }
}
