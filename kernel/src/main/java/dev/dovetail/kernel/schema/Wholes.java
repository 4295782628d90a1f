package dev.dovetail.kernel.schema;

import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whole numbers as the library can compare them with the bounds of an integer: one of more than 64 bits that is written with a point or an
 * exponent, such as 1e30, it refuses to read.
 */
final class Wholes {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Wholes() {}

    /** A copy of this value that is equal to it, its whole numbers written out; none has more digits than the largest double. */
    static JsonNode in(JsonNode value) {
        return switch (value) {
            case ObjectNode object -> {
                ObjectNode copy = NODES.objectNode();
                object.properties().forEach(each -> copy.set(each.getKey(), in(each.getValue())));
                yield copy;
            }
            case ArrayNode array -> {
                ArrayNode copy = NODES.arrayNode();
                array.forEach(each -> copy.add(in(each)));
                yield copy;
            }
            case DecimalNode number -> {
                BigDecimal plain = number.decimalValue().stripTrailingZeros();
                yield plain.scale() <= 0 ? NODES.numberNode(plain.toBigIntegerExact()) : number;
            }
            default -> value;
        };
    }
}
