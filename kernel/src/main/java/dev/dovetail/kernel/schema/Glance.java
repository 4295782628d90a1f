package dev.dovetail.kernel.schema;

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
 * behind the mask judges it as it would judge the whole value.
 */
final class Glance {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final StringNode SOME_TEXT = NODES.stringNode("");

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
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
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

    private JsonNode object(Mask mask) {
        ObjectNode object = NODES.objectNode();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            Optional<Mask> inner = mask.all() ? Optional.of(Mask.ALL) : mask.property(name);
            JsonNode before;
            if (inner.isPresent()) {
                before = object.replace(name, value(inner.get()));
            } else {
                parser.skipChildren();
                before = mask.matters(name) ? object.replace(name, NODES.nullNode()) : null;
            }
            if (before != null) {
                throw new StreamReadException(parser, "Duplicate property \"" + name + "\"");
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
                parser.skipChildren();
                array.addNull();
            }
        }
        return array;
    }
}
