package dev.dovetail.kernel.schema;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Digest;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes JSON, and compiles JSON Schemas (2020-12). Thread-safe. */
public final class Schemas {
    /** The JSON value null. */
    public static final Bytes NULL = Bytes.utf8("null");

    private static final Pattern TOO_DEEP =
            Pattern.compile("Document nesting depth \\(\\d+\\) exceeds the maximum allowed \\((\\d+),");
    private static final Pattern SOURCE = Pattern.compile(" \\(start marker at \\[.*?\\]\\)");
    private static final Pattern NOT_READ = Pattern.compile("java\\.io\\.FileNotFoundException: (.*)");
    private static final Mask NOTHING = Mask.of(tools.jackson.databind.node.JsonNodeFactory.instance.booleanNode(true));
    private static final int DEEPEST = 200;
    /** How much deeper what is kept may be than what comes in, which it wraps. */
    private static final int DEEPER = 100;

    /** Reads what comes from outside. */
    private final JsonMapper outside = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(constraints(DEEPEST))
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private final JsonMapper json = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(constraints(DEEPEST + DEEPER))
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private final JsonMapper stable = json.rebuild()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemaLoader(loader -> loader.fetchRemoteResources(false)));
    private volatile Optional<Schema> metaschema = Optional.empty();

    private static StreamReadConstraints constraints(int deepest) {
        return StreamReadConstraints.builder()
                .maxNestingDepth(deepest)
                .maxStringLength(Integer.MAX_VALUE)
                .maxNumberLength(10_000)
                .build();
    }

    /**
     * Reads what comes from outside.
     *
     * @throws Malformed if this is not one JSON value that everybody reads alike, with the place: not UTF-8, a name twice in an
     *     object, a number that nobody can hold, more than 200 values inside one another
     */
    public JsonNode parse(byte[] text) {
        return glance(text, Mask.ALL);
    }

    /** Reads what was written here, or was checked when it came from outside. */
    public JsonNode parse(Bytes text) {
        try {
            return json.readTree(text.stream());
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    public JsonNode parse(String text) {
        try {
            return json.readTree(text);
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    /** An object made from text of the program's own. */
    public ObjectNode object(String text) {
        return (ObjectNode) parse(text);
    }

    public ObjectNode object() {
        return json.createObjectNode();
    }

    public byte[] write(JsonNode value) {
        return json.writeValueAsBytes(value);
    }

    public Bytes bytes(JsonNode value) {
        return Bytes.given(write(value));
    }

    public String pretty(JsonNode value) {
        return json.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    }

    /** The digest of a value, whatever the order of its keys and the spaces between. */
    public Digest digest(JsonNode value) {
        return Digest.of(stable.writeValueAsBytes(stable.treeToValue(value, Object.class)));
    }

    /**
     * Compiles a schema that comes with the product or a plugin, and was checked when that was built. Skipping the check of the
     * schema itself is a good part of a quick start.
     */
    public Checked compileTrusted(JsonNode schema) {
        return compiled(schema);
    }

    /**
     * Why checking a value against this may never end, or take too long: the place, as a pointer into the schema, and the remedy. Fast,
     * whatever the schema; to be asked of one that is not the product's own.
     */
    public Optional<Problem> unsound(JsonNode schema) {
        return Soundness.flaw(schema);
    }

    /**
     * Compiles a schema.
     *
     * @throws Malformed if it is not a schema, or none that ends, with what is wrong and where
     */
    public Checked compile(JsonNode schema) {
        unsound(schema).ifPresent(flaw -> {
            throw new Malformed("Not a JSON Schema that can be checked: " + flaw.told(), 0, 0, List.of(flaw));
        });
        List<Problem> problems;
        try {
            problems = Work.problems(metaschema(), schema, Work.LARGE);
        } catch (Uncheckable e) {
            throw new Malformed("Not a JSON Schema: " + e.getMessage(), 0, 0, List.of());
        }
        if (!problems.isEmpty()) {
            throw new Malformed("Not a JSON Schema: " + problems.getFirst().told(), 0, 0, problems);
        }
        return compiled(schema);
    }

    /** Read at the first need: a kernel that only serves what is deployed has none. */
    private Schema metaschema() {
        if (metaschema.isEmpty()) {
            metaschema =
                    Optional.of(registry.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema")));
        }
        return metaschema.orElseThrow();
    }

    private Checked compiled(JsonNode schema) {
        try {
            Schema compiled = registry.getSchema(schema);
            compiled.initializeValidators();
            return new Checked(compiled, schema);
        } catch (RuntimeException e) {
            throw new Malformed("Not a JSON Schema: " + firstLine(e), 0, 0, List.of());
        } catch (StackOverflowError e) {
            throw new Malformed("Not a JSON Schema: its parts lead into one another too deep", 0, 0, List.of());
        }
    }

    private static Malformed malformed(JacksonException e) {
        var where = e.getLocation();
        int line = where == null ? 0 : where.getLineNr();
        int column = where == null ? 0 : where.getColumnNr();
        String at = line > 0 ? " (line " + line + ", column " + column + ")" : "";
        return new Malformed("Not JSON: " + words(e) + at, line, column, List.of());
    }

    /** The parser's words, without its advice on how to configure it, and without what it does not tell of the source. */
    private static String words(JacksonException e) {
        String first = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
        Matcher deep = TOO_DEEP.matcher(first);
        if (deep.lookingAt()) {
            return "more than " + deep.group(1) + " values are inside one another";
        }
        return SOURCE.matcher(first).replaceAll("").replaceFirst(" for `ObjectNode`.*", "");
    }

    /** What somebody else's code says of a schema, without the names of its classes. */
    static String firstLine(Throwable e) {
        String words = String.valueOf(e.getMessage()).lines().findFirst().orElse("unreadable");
        Matcher unreachable = NOT_READ.matcher(words);
        return unreachable.matches()
                ? "it refers to \"" + unreachable.group(1)
                        + "\", which is not read; references lead into the schema itself (#/...)"
                : words.replaceFirst("^([a-z]+\\.)+[A-Z]\\w+: ", "");
    }

    /** Checks that this is one JSON value, and reads nothing of it. */
    public void checkJson(Bytes text) {
        glance(text, NOTHING);
    }

    private JsonNode glance(Bytes text, Mask mask) {
        return glance(text.toArray(), mask);
    }

    private JsonNode glance(byte[] text, Mask mask) {
        Encoding.flaw(text).ifPresent(flaw -> {
            throw new Malformed("Not JSON: " + flaw, 0, 0, List.of());
        });
        try (JsonParser parser = outside.createParser(text)) {
            return Glance.read(parser, mask);
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    /** A compiled schema. Thread-safe. */
    public final class Checked {
        private final Schema schema;
        private final Mask mask;

        private Checked(Schema schema, JsonNode source) {
            this.schema = schema;
            this.mask = Mask.of(source);
        }

        /**
         * What in this value does not fit, at most twenty; an empty list means that it fits.
         *
         * @throws Uncheckable if the schema does not come to an end with it
         */
        public List<Problem> problems(JsonNode value) {
            // the answer in the good case costs a fraction of the list of what is bad
            return Work.fits(schema, value, Work.LARGE) ? List.of() : Work.problems(schema, value, Work.LARGE);
        }

        /**
         * The same of a text, of which only what the schema looks at is read into a tree.
         *
         * @throws Malformed if it is not one JSON value
         * @throws Uncheckable if the schema does not come to an end with it
         */
        public List<Problem> problems(Bytes text) {
            return Work.fits(schema, glance(text, mask), text.size())
                    ? List.of()
                    : Work.problems(schema, glance(text, Mask.ALL), text.size());
        }
    }

    /** Text that is not JSON, or JSON that is not a schema. */
    public static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final int line;
        private final int column;
        private final transient List<Problem> problems;

        Malformed(String message, int line, int column, List<Problem> problems) {
            super(message);
            this.line = line;
            this.column = column;
            this.problems = problems;
        }

        public int line() {
            return line;
        }

        public int column() {
            return column;
        }

        public List<Problem> problems() {
            return problems;
        }
    }
}
