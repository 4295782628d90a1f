package dev.dovetail.testkit;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.dovetail.spi.Config;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A configuration made in a test: checked against the provider's schema, its defaults filled in, as the kernel does. */
public final class Settings implements Config {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final JsonNode values;

    private Settings(JsonNode values) {
        this.values = values;
    }

    /** @throws IllegalArgumentException that names what does not fit the schema */
    public static Config of(String schema, Map<String, Object> values) {
        JsonNode rules = JSON.readTree(schema);
        ObjectNode tree = JSON.valueToTree(values);
        fillIn(rules, tree);
        List<Error> errors = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(rules)
                .validate(tree);
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException("Configuration does not fit the schema: " + errors);
        }
        return new Settings(tree);
    }

    private static void fillIn(JsonNode schema, ObjectNode object) {
        schema.path("properties").properties().forEach(property -> {
            JsonNode rule = property.getValue();
            if (!object.has(property.getKey()) && rule.has("default")) {
                object.set(property.getKey(), rule.get("default"));
            }
            if (object.get(property.getKey()) instanceof ObjectNode inner) {
                fillIn(rule, inner);
            }
        });
    }

    private JsonNode value(String key) {
        JsonNode value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException(
                    "No \"" + key + "\" in the configuration, and the schema has no default for it; it has " + keys());
        }
        return value;
    }

    private static IllegalArgumentException not(String expected, String key, JsonNode value) {
        return new IllegalArgumentException("\"" + key + "\" is not " + expected + ": " + value);
    }

    @Override
    public boolean has(String key) {
        return values.has(key);
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
        if (!value.isIntegralNumber()) {
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
        return Duration.parse(text(key));
    }

    @Override
    public List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        value(key).forEach(each -> texts.add(each.stringValue()));
        return List.copyOf(texts);
    }

    @Override
    public Config at(String key) {
        return new Settings(value(key));
    }

    @Override
    public List<Config> each(String key) {
        List<Config> each = new ArrayList<>();
        value(key).forEach(one -> each.add(new Settings(one)));
        return List.copyOf(each);
    }

    @Override
    public List<String> keys() {
        return List.copyOf(values.propertyNames());
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
