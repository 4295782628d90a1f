package dev.dovetail.kernel.config;

import dev.dovetail.spi.Config;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A configuration over a checked JSON object. */
final class Values implements Config {
    private final JsonNode tree;

    Values(JsonNode tree) {
        this.tree = tree;
    }

    private JsonNode value(String key) {
        JsonNode value = tree.get(key);
        if (value == null) {
            throw new IllegalArgumentException("No \"" + key + "\" in the configuration, which has " + keys()
                    + ": its schema neither requires nor defaults it");
        }
        return value;
    }

    private static IllegalArgumentException not(String expected, String key, JsonNode value) {
        return new IllegalArgumentException("\"" + key + "\" is not " + expected + ": " + value);
    }

    @Override
    public boolean has(String key) {
        return tree.has(key);
    }

    @Override
    public String text(String key) {
        JsonNode value = value(key);
        if (!value.isString()) {
            throw not("text", key, value);
        }
        return value.stringValue();
    }

    @Override
    public long number(String key) {
        JsonNode value = value(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw not("a whole number", key, value);
        }
        return value.longValue();
    }

    @Override
    public double fraction(String key) {
        JsonNode value = value(key);
        if (!value.isNumber()) {
            throw not("a number", key, value);
        }
        return value.doubleValue();
    }

    @Override
    public boolean flag(String key) {
        JsonNode value = value(key);
        if (!value.isBoolean()) {
            throw not("true or false", key, value);
        }
        return value.booleanValue();
    }

    @Override
    public Duration duration(String key) {
        String text = text(key);
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw not("an ISO-8601 duration such as PT30S", key, value(key));
        }
    }

    @Override
    public List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (JsonNode each : array(key)) {
            if (!each.isString()) {
                throw not("a list of texts", key, value(key));
            }
            texts.add(each.stringValue());
        }
        return List.copyOf(texts);
    }

    @Override
    public Config at(String key) {
        JsonNode value = value(key);
        if (!value.isObject()) {
            throw not("an object", key, value);
        }
        return new Values(value);
    }

    @Override
    public List<Config> each(String key) {
        List<Config> each = new ArrayList<>();
        for (JsonNode one : array(key)) {
            each.add(new Values(one));
        }
        return List.copyOf(each);
    }

    private JsonNode array(String key) {
        JsonNode value = value(key);
        if (!value.isArray()) {
            throw not("a list", key, value);
        }
        return value;
    }

    @Override
    public List<String> keys() {
        return List.copyOf(tree.propertyNames());
    }

    /** The keys only: a value may be a password. */
    @Override
    public String toString() {
        return "Config" + keys();
    }
}
