package dev.dovetail.kernel.http;

import dev.dovetail.kernel.schema.Schemas;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code PUT .../concurrency} takes: {@code {maxConcurrent, preProvisionedConcurrency, keepWarmEnabled, keepWarmInterval}},
 * one of them at least, as a change of the function.
 */
final class ConcurrencyBody {
    private static final String NEVER = "PT0S";
    private static final String USUAL = "PT5M";

    private ConcurrencyBody() {}

    static ObjectNode of(JsonNode body, Schemas schemas) {
        ObjectNode change = schemas.object();
        if (body.has("maxConcurrent")) {
            change.set("maxConcurrent", body.get("maxConcurrent"));
        }
        ObjectNode scaling = schemas.object();
        if (body.has("preProvisionedConcurrency")) {
            scaling.set("provisionedConcurrency", body.get("preProvisionedConcurrency"));
        }
        if (!body.path("keepWarmEnabled").booleanValue(true)) {
            scaling.put("keepWarmInterval", NEVER);
        } else if (body.has("keepWarmInterval")) {
            scaling.set("keepWarmInterval", body.get("keepWarmInterval"));
        } else if (body.has("keepWarmEnabled")) {
            scaling.put("keepWarmInterval", USUAL);
        }
        if (!scaling.isEmpty()) {
            change.set("scaling", scaling);
        }
        return change;
    }
}
