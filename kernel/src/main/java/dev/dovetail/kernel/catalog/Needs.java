package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.plugin.RuntimeOffer;
import dev.dovetail.spi.plugin.ExecutorProvider.Ability;
import tools.jackson.databind.JsonNode;

/**
 * What a version needs beyond plain calls: of its kind, since what only workflows have would be of no effect elsewhere, and of its
 * executor, against the abilities that this declares.
 */
final class Needs {
    private Needs() {}

    /** @throws Refusal that names the field by which it asks for what there is not */
    static void check(String kind, JsonNode traits, RuntimeOffer offer) {
        if (kind.equals("workflow")) {
            require(Ability.DURABLE, "/kind", "\"workflow\"", "runs no workflows", offer);
        } else if (traits.has("workflow")) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/traits/workflow",
                    "only what is of kind \"workflow\" has it",
                    traits.get("workflow").toString());
        }
        int calls = traits.path("concurrency").intValue(1);
        if (calls > 1) {
            require(Ability.CONCURRENT, "/traits/concurrency", "" + calls, "takes one call at a time", offer);
        }
        if (traits.path("jsonRpc").path("streamInput").booleanValue(false)) {
            require(Ability.STREAM_IN, "/traits/jsonRpc/streamInput", "true", "reads no streams", offer);
        }
    }

    private static void require(Ability ability, String field, String value, String said, RuntimeOffer offer) {
        if (!offer.abilities().contains(ability)) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    field,
                    "the runtime " + offer.runtime() + " " + said + ": " + offer.plugin() + " does not declare "
                            + ability,
                    value);
        }
    }
}
