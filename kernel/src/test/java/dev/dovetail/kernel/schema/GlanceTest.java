package dev.dovetail.kernel.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.testkit.FirstRunCounts;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a schema does not look at is not read, and its verdict is the same. */
@FirstRunCounts
final class GlanceTest {
    private static final int ROUNDS = 3_000;
    private static final List<String> NAMES = List.of("a", "b", "c", "d");

    private final Schemas schemas = new Schemas();

    @Test
    @Tag("TY-21")
    void theVerdictIsTheSameAsThatOnTheWholeValue() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int fit = 0;
        for (int i = 0; i < ROUNDS; i++) {
            JsonNode schema = schema(random, 3);
            JsonNode value = value(random, 3);
            Schemas.Checked checked = schemas.compile(schema);
            List<Problem> whole = checked.problems(value);
            List<Problem> glanced = checked.problems(schemas.bytes(value));
            assertEquals(whole, glanced, () -> "seed " + seed + ": " + schema + " of " + value);
            fit += whole.isEmpty() ? 1 : 0;
        }
        assertTrue(fit > ROUNDS / 20 && fit < ROUNDS * 19 / 20, "one-sided: " + fit + " fit, seed " + seed);
    }

    private JsonNode schema(Random random, int depth) {
        ObjectNode schema = schemas.object();
        if (random.nextInt(10) == 0) {
            return schemas.parse(random.nextBoolean() ? "true" : "false");
        }
        if (random.nextInt(3) > 0) {
            schema.put(
                    "type",
                    List.of("object", "object", "array", "string", "integer", "null")
                            .get(random.nextInt(6)));
        }
        if (depth == 0) {
            return schema;
        }
        if (random.nextInt(3) > 0) {
            ObjectNode properties = schema.putObject("properties");
            for (String name : NAMES) {
                if (random.nextBoolean()) {
                    properties.set(name, schema(random, depth - 1));
                }
            }
        }
        if (random.nextInt(3) == 0) {
            schema.putArray("required").add(NAMES.get(random.nextInt(NAMES.size())));
        }
        switch (random.nextInt(16)) {
            case 0, 1 -> schema.set("items", schema(random, depth - 1));
            case 2 -> schema.put("minItems", 1 + random.nextInt(2));
            case 3 -> schema.put("maxLength", random.nextInt(3));
            case 4 -> schema.put("pattern", "^x");
            case 5 -> schema.put("minimum", random.nextInt(5));
            case 6 -> schema.put("additionalProperties", random.nextBoolean());
            case 7 -> schema.putArray("anyOf").add(schema(random, depth - 1)).add(schema(random, depth - 1));
            case 8 -> schema.putArray("allOf").add(schema(random, depth - 1)).add(schema(random, depth - 1));
            case 9 -> schema.set("not", schema(random, depth - 1));
            case 10 -> schema.put("minProperties", random.nextInt(3));
            case 11 -> schema.putArray("enum").add("x").add(1).addObject().put("a", 1);
            case 12 -> schema.put("uniqueItems", true);
            case 13 -> {
                schema.putObject("$defs").set("other", schema(random, depth - 1));
                schema.putObject("properties").putObject("a").put("$ref", "#/$defs/other");
            }
            case 14 -> schema.putObject("patternProperties").set("^a", schema(random, depth - 1));
            default -> {}
        }
        // a reference leads from the root only
        return depth == 3 ? schema : withoutDefs(schema);
    }

    private static JsonNode withoutDefs(ObjectNode schema) {
        if (schema.has("$defs")) {
            schema.remove("$defs");
            schema.remove("properties");
        }
        return schema;
    }

    private JsonNode value(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 4 : 8)) {
            case 0 -> schemas.parse("" + random.nextInt(6));
            case 1 -> schemas.parse(random.nextBoolean() ? "\"x\"" : "\"yyy\"");
            case 2 -> schemas.parse("null");
            case 3 -> schemas.parse("1.5");
            case 4 -> {
                ArrayNode array = schemas.object().putArray("it");
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(value(random, depth - 1));
                }
                yield array;
            }
            default -> {
                ObjectNode object = schemas.object();
                for (String name : NAMES) {
                    if (random.nextInt(3) > 0) {
                        object.set(name, value(random, depth - 1));
                    }
                }
                yield object;
            }
        };
    }

    @Test
    void whatIsNotLookedAtIsNotRead() {
        Mask mask = Mask.of(schemas.parse("{\"properties\": {\"a\": {\"type\": \"string\"}}, \"required\": [\"b\"]}"));
        assertFalse(mask.all());
        assertFalse(mask.property("a").orElseThrow().texts());
        assertTrue(mask.matters("b"));
        assertTrue(mask.property("b").isEmpty());
        assertTrue(mask.property("c").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,",
                "{\"a\":}",
                "{\"a\":1}x",
                "{\"c\":[1,}",
                "{\"a\":1,\"a\":2}",
                "nul",
                "{\"c\": \"\u0001\"}"
            })
    void whatIsNotJsonIsRefusedWhereverItIs(String text) {
        Schemas.Checked checked = schemas.compile(schemas.parse("{\"properties\": {\"a\": {\"type\": \"integer\"}}}"));
        assertThrows(Schemas.Malformed.class, () -> checked.problems(Bytes.utf8(text)));
    }

    @Test
    void aReferenceIntoItselfKeepsEverything() {
        JsonNode tree = schemas.parse("{\"$ref\": \"#/$defs/tree\", \"$defs\": {\"tree\": {\"properties\":"
                + " {\"left\": {\"$ref\": \"#/$defs/tree\"}, \"size\": {\"type\": \"integer\"}}}}}");
        Schemas.Checked checked = schemas.compile(tree);
        assertTrue(checked.problems(Bytes.utf8("{\"left\": {\"left\": {\"size\": 1}}}"))
                .isEmpty());
        assertFalse(checked.problems(Bytes.utf8("{\"left\": {\"left\": {\"size\": \"x\"}}}"))
                .isEmpty());
    }
}
