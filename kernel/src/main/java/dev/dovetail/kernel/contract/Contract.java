package dev.dovetail.kernel.contract;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What a function takes, answers and may raise.
 *
 * @param params a JSON Schema; JSON's null means that it takes nothing, a missing node that nothing is promised
 * @param returns a JSON Schema, with the same two exceptions
 * @param errors the GTS ids of errors that it may raise
 */
public record Contract(JsonNode params, JsonNode returns, List<String> errors) {
    public Contract {
        errors = List.copyOf(errors);
    }
}
