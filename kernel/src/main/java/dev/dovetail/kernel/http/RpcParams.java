package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Wish;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.schema.Schemas;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a request of JSON-RPC gives a function, whether it is answered or taken on as a job. */
final class RpcParams {
    private final Catalog catalog;
    private final Schemas schemas;

    RpcParams(Catalog catalog, Schemas schemas) {
        this.catalog = catalog;
        this.schemas = schemas;
    }

    /** @param dryRun whether the query or the parameters wish it */
    record Given(JsonNode input, boolean dryRun) {}

    Given of(Exchange x, JsonNode request, Wish wish, boolean inQuery) {
        JsonNode params = request.path("params");
        boolean dryRun = inQuery;
        JsonNode input = params.isMissingNode() ? schemas.object() : params;
        if (input instanceof ObjectNode object && object.path("dry_run").isBoolean()) {
            dryRun |= object.path("dry_run").booleanValue();
            input = object.deepCopy().without("dry_run");
        }
        return new Given(
                input.isArray() ? named(x, request.path("method").stringValue(""), wish, input) : input, dryRun);
    }

    /** Parameters by position take the names of the contract's properties in their order. */
    private JsonNode named(Exchange x, String method, Wish wish, JsonNode positions) {
        List<String> names =
                catalog.resolve(x.principal().tenant(), method, wish).parameters();
        if (names.isEmpty()) {
            return positions;
        }
        if (positions.size() > names.size()) {
            throw Refusal.of(
                    ErrorType.VALIDATION,
                    "\"" + method + "\" takes " + names.size() + " parameters " + names + ", but " + positions.size()
                            + " were given");
        }
        ObjectNode object = schemas.object();
        for (int i = 0; i < positions.size(); i++) {
            object.set(names.get(i), positions.get(i));
        }
        return object;
    }
}
