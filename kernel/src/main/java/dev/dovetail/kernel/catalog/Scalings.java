package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import tools.jackson.databind.JsonNode;

/** Reads {@link Scaling} from JSON, of the API and of the store. */
final class Scalings {
    private Scalings() {}

    /** What is left out is as it was. */
    static Scaling of(JsonNode json, Scaling was) {
        if (!json.isObject()) {
            return was;
        }
        Scaling scaling = new Scaling(
                json.path("minInstances").intValue(was.minInstances()),
                json.path("maxInstances").intValue(was.maxInstances()),
                json.path("targetConcurrency").intValue(was.targetConcurrency()),
                duration(json, "scaleUpCooldown", was.scaleUpCooldown()),
                duration(json, "scaleDownCooldown", was.scaleDownCooldown()),
                json.path("provisionedConcurrency").intValue(was.provisioned()),
                duration(json, "keepWarmInterval", was.keepWarm()));
        if (scaling.wanted() > scaling.maxInstances()) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/scaling/maxInstances",
                    "expected as many instances as are kept at least, which are " + scaling.wanted(),
                    String.valueOf(scaling.maxInstances()));
        }
        return scaling;
    }

    private static Duration duration(JsonNode json, String key, Duration was) {
        if (!json.has(key)) {
            return was;
        }
        try {
            return Duration.parse(json.get(key).stringValue());
        } catch (DateTimeParseException e) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/scaling/" + key,
                    "expected an ISO-8601 duration such as PT30S",
                    json.get(key).toString());
        }
    }
}
