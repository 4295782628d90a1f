package dev.dovetail.kernel.schema;

import java.math.BigDecimal;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Reads of a JSON text what a mask shows, and that the rest is JSON. What is left out of the tree is so whole that a schema
 * behind the mask judges it as it would judge the whole value. Whatever the mask, the same texts are refused.
 */
final class Glance {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final StringNode SOME_TEXT = NODES.stringNode("");
    private static final int LONGEST_SHOWN = 40;
    /** No longer integer can be too long. */
    private static final int LONGEST_PLAIN = 100;

    private final JsonParser parser;

    private Glance(JsonParser parser) {
        this.parser = parser;
    }

    /** @throws tools.jackson.core.JacksonException if this is not one JSON value */
    static JsonNode read(JsonParser parser, Mask mask) {
        Glance glance = new Glance(parser);
        if (parser.nextToken() == null) {
            throw new StreamReadException(parser, "No content");
        }
        JsonNode value = glance.value(mask);
        if (parser.nextToken() != null) {
            throw new StreamReadException(parser, "Something follows the value");
        }
        return value;
    }

    private JsonNode value(Mask mask) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(mask);
            case START_ARRAY -> array(mask);
            case VALUE_STRING -> mask.texts() ? NODES.stringNode(parser.getString()) : SOME_TEXT;
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(decimal());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> throw new StreamReadException(parser, "Expected a value");
        };
    }

    private JsonNode integer() {
        return switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            default -> NODES.numberNode(parser.getBigIntegerValue());
        };
    }

    /** A number that everybody can hold, if not to its last digit (RFC 7493, section 2.2). */
    private BigDecimal decimal() {
        if (Double.isFinite(parser.getDoubleValue())) {
            try {
                return parser.getDecimalValue();
            } catch (ArithmeticException | NumberFormatException e) {
                // its exponent is out of all bounds
            }
        }
        throw new StreamReadException(parser, "The number " + shortened(parser.getString()) + " is out of range");
    }

    private static String shortened(String number) {
        return number.length() <= LONGEST_SHOWN ? number : number.substring(0, LONGEST_SHOWN) + "...";
    }

    /** Goes to the end of this value, of which nothing is kept; a number is looked at all the same. */
    private void pass() {
        int open = 0;
        JsonToken token = parser.currentToken();
        while (true) {
            switch (token) {
                case START_OBJECT, START_ARRAY -> open++;
                case END_OBJECT, END_ARRAY -> open--;
                case VALUE_NUMBER_FLOAT -> decimal();
                case VALUE_NUMBER_INT -> {
                    if (parser.getStringLength() > LONGEST_PLAIN) {
                        integer();
                    }
                }
                default -> {}
            }
            if (open == 0) {
                return;
            }
            token = parser.nextToken();
            if (token == null) {
                throw new StreamReadException(parser, "It ends before its end");
            }
        }
    }

    private JsonNode object(Mask mask) {
        ObjectNode object = NODES.objectNode();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            Optional<Mask> inner = mask.all() ? Optional.of(Mask.ALL) : mask.property(name);
            if (inner.isPresent()) {
                object.set(name, value(inner.get()));
            } else {
                pass();
                if (mask.matters(name)) {
                    object.putNull(name);
                }
            }
        }
        return object;
    }

    private JsonNode array(Mask mask) {
        ArrayNode array = NODES.arrayNode();
        Optional<Mask> inner = mask.all() ? Optional.of(Mask.ALL) : mask.items();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (inner.isPresent()) {
                array.add(value(inner.get()));
            } else {
                pass();
                array.addNull();
            }
        }
        return array;
    }
}
