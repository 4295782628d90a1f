package dev.dovetail.kernel.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.dovetail.testkit.FirstRunCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** What the comparison says, against what a validator does with thousands of values. */
@FirstRunCounts
@Tag("TY-24")
final class SchemaDiffPropertyTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final int PAIRS = 3_000;
    private static final int VALUES = 60;

    private final RandomGenerator random;
    private final long seed = System.nanoTime();
    private final Contracts contracts = new Contracts();
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    SchemaDiffPropertyTest() {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    @Test
    void aChangeThatIsSaidToBreakNothingBreaksNothing() {
        List<JsonNode> values = new ArrayList<>();
        for (int i = 0; i < VALUES; i++) {
            values.add(value(2));
        }
        int unbroken = 0;
        for (int i = 0; i < PAIRS; i++) {
            ObjectNode before = schema(2);
            ObjectNode after = random.nextInt(4) == 0 ? schema(2) : changed(before);
            Schema earlier = registry.getSchema(before);
            Schema later = registry.getSchema(after);
            boolean asInput = compare(before, after, true).breaking().isEmpty();
            boolean asOutput = compare(before, after, false).breaking().isEmpty();
            unbroken += asInput != asOutput ? 1 : 0;
            for (JsonNode value : values) {
                boolean was = earlier.validate(value).isEmpty();
                boolean is = later.validate(value).isEmpty();
                String about = "seed " + seed + ": " + value + " under " + before + " then " + after;
                assertTrue(!asInput || !was || is, () -> "said not to break callers, " + about);
                assertTrue(!asOutput || was || !is, () -> "said not to break readers, " + about);
            }
        }
        assertTrue(unbroken > PAIRS / 20, "only " + unbroken + " pairs were said to go one way: the test tests little");
    }

    @Test
    void aSchemaDoesNotDifferFromItselfAndADifferenceTurnsAroundWithItsSides() {
        for (int i = 0; i < PAIRS; i++) {
            ObjectNode before = schema(2);
            ObjectNode after = changed(before);
            assertEquals(List.of(), compare(before, before.deepCopy(), true).changes(), () -> "seed " + seed);
            assertEquals(
                    compare(before, after, true).breaking().isEmpty(),
                    compare(after, before, false).breaking().isEmpty(),
                    () -> "seed " + seed + ": " + before + " then " + after);
        }
    }

    private Comparison compare(JsonNode before, JsonNode after, boolean input) {
        JsonNode none = MissingNode.getInstance();
        return contracts.compare(
                new Contract(input ? before : none, input ? none : before, List.of()),
                new Contract(input ? after : none, input ? none : after, List.of()));
    }

    /** Objects are closed here: an optional property more or fewer in an open one is taken to hurt nobody, on purpose. */
    private ObjectNode schema(int depth) {
        ObjectNode schema = JSON.createObjectNode();
        switch (random.nextInt(depth > 0 ? 9 : 5)) {
            case 0 -> schema.put("type", "integer").put("minimum", random.nextInt(4));
            case 1 -> schema.put("type", "number").put("multipleOf", random.nextInt(1, 4));
            case 2 ->
                schema.put("type", "string").put("maxLength", random.nextInt(4)).put("minLength", random.nextInt(2));
            case 3 -> schema.putArray("enum").add(random.nextInt(3)).add("a").add(random.nextBoolean());
            case 4 -> schema.putArray("type").add("null").add(random.nextBoolean() ? "string" : "number");
            case 5 -> {
                schema.put("type", "array").put("maxItems", random.nextInt(4));
                schema.set("items", schema(depth - 1));
                if (random.nextBoolean()) {
                    schema.putArray("prefixItems").add(schema(depth - 1));
                }
            }
            case 6 ->
                schema.putArray(random.nextBoolean() ? "anyOf" : "allOf")
                        .add(schema(depth - 1))
                        .add(schema(depth - 1));
            case 7 -> schema.set("not", schema(depth - 1));
            default -> object(schema, depth);
        }
        return schema;
    }

    private void object(ObjectNode schema, int depth) {
        schema.put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = schema.putArray("required");
        for (String name : NAMES) {
            if (random.nextBoolean()) {
                properties.set(name, schema(depth - 1));
            }
            if (random.nextInt(4) == 0) {
                required.add(name);
            }
        }
        if (random.nextBoolean()) {
            schema.put("additionalProperties", false);
        } else {
            schema.set("additionalProperties", JSON.createObjectNode().put("type", "integer"));
        }
    }

    /** The schema with one of its keywords, or one of a schema within, put another way. */
    private ObjectNode changed(ObjectNode schema) {
        ObjectNode other = schema.deepCopy();
        List<String> names = new ArrayList<>(other.propertyNames());
        String name = names.get(random.nextInt(names.size()));
        JsonNode value = other.path(name);
        if (value.isInt()) {
            other.put(name, Math.max(1, value.intValue() + random.nextInt(-1, 2)));
        } else if (value instanceof ObjectNode inner && !inner.isEmpty()) {
            if (name.equals("properties")) {
                String property = NAMES.get(random.nextInt(NAMES.size()));
                if (inner.path(property) instanceof ObjectNode there) {
                    inner.set(property, changed(there));
                } else {
                    inner.set(property, schema(0));
                }
            } else {
                other.set(name, changed(inner));
            }
        } else if (value instanceof ArrayNode array && !array.isEmpty()) {
            int at = random.nextInt(array.size());
            if (array.path(at) instanceof ObjectNode inner) {
                array.set(at, changed(inner));
            } else if (array.size() > 1 || name.equals("required")) {
                array.remove(at);
            }
        } else {
            other.remove(name);
        }
        return other;
    }

    private JsonNode value(int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 5)) {
            case 0 -> JSON.valueToTree(random.nextInt(7));
            case 1 -> JSON.valueToTree(random.nextInt(8) / 2.0);
            case 2 -> JSON.valueToTree("a".repeat(random.nextInt(4)));
            case 3 -> JSON.valueToTree(random.nextBoolean());
            case 4 -> JSON.nullNode();
            case 5 -> {
                ArrayNode array = JSON.createArrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(value(depth - 1));
                }
                yield array;
            }
            default -> {
                ObjectNode object = JSON.createObjectNode();
                for (String name : List.of("a", "b", "c", "d")) {
                    if (random.nextInt(3) > 0) {
                        object.set(name, value(depth - 1));
                    }
                }
                yield object;
            }
        };
    }
}
