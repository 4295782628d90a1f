package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.schema.Schemas;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code PUT .../concurrency} takes: {@code {maxConcurrent, preProvisionedConcurrency, keepWarmEnabled, keepWarmInterval}},
 * one of them at least, as a change of the function.
 */
final class ConcurrencyBody {
    private static final Set<String> KNOWN =
            new TreeSet<>(Set.of("maxConcurrent", "preProvisionedConcurrency", "keepWarmEnabled", "keepWarmInterval"));
    private static final String NEVER = "PT0S";
    private static final String USUAL = "PT5M";

    private ConcurrencyBody() {}

    static ObjectNode of(JsonNode body, Schemas schemas) {
        for (String key : body.propertyNames()) {
            if (!KNOWN.contains(key)) {
                throw Refusal.field(
                        ErrorType.MALFORMED,
                        "/" + key,
                        "unknown field; known are " + String.join(", ", KNOWN),
                        body.get(key).toString());
            }
        }
        if (body.isEmpty()) {
            throw Refusal.field(
                    ErrorType.VALIDATION, "/maxConcurrent", "expected one of " + String.join(", ", KNOWN), "nothing");
        }
        ObjectNode change = schemas.object();
        if (body.has("maxConcurrent")) {
            change.set("maxConcurrent", body.get("maxConcurrent"));
        }
        ObjectNode scaling = schemas.object();
        if (body.has("preProvisionedConcurrency")) {
            scaling.set("provisionedConcurrency", body.get("preProvisionedConcurrency"));
        }
        if (body.has("keepWarmEnabled") && !body.get("keepWarmEnabled").isBoolean()) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/keepWarmEnabled",
                    "expected true or false",
                    body.get("keepWarmEnabled").toString());
        }
        boolean off =
                body.has("keepWarmEnabled") && !body.get("keepWarmEnabled").booleanValue();
        if (off) {
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
