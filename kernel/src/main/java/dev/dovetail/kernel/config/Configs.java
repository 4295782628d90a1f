package dev.dovetail.kernel.config;

import dev.dovetail.kernel.config.Configuration.SlotWish;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Config;
import dev.dovetail.spi.Name;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads {@code dovetail.json} and the environment, and checks every provider's configuration against its schema. */
public final class Configs {
    private static final List<String> SLOT_KINDS =
            List.of("secrets", "databases", "executors", "triggers", "strategies", "modules");

    private final Schemas schemas;
    private final ObjectNode schema;

    @Inject
    public Configs(Schemas schemas) {
        this.schemas = schemas;
        try (InputStream resource = Configs.class.getResourceAsStream("dovetail.schema.json")) {
            this.schema = (ObjectNode) schemas.parse(resource.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The configuration that these sources add up to: flags win over the environment, which wins over the file, which
     * wins over the schema's defaults.
     *
     * @param file may name a file that must be there; without one {@code <data>/dovetail.json} is read if it is there
     * @param flags by path, such as {@code http.port}
     * @throws Invalid with everything that is wrong
     */
    public Configuration read(
            Path home,
            Path data,
            boolean dev,
            Optional<Path> file,
            Map<String, String> environment,
            Map<String, String> flags) {
        Path source = file.orElse(data.resolve("dovetail.json"));
        ObjectNode tree = file.isPresent() || Files.exists(source) ? load(source) : schemas.object();
        List<String> problems = new ArrayList<>();
        new Overlay(schema, environment, flags, problems).apply(tree);
        new Defaults(schema, problems).fillIn(tree);
        if (problems.isEmpty()) {
            schemas.compileTrusted(schema).problems(tree).stream()
                    .map(Hushed::told)
                    .forEach(problems::add);
        }
        if (!problems.isEmpty()) {
            throw new Invalid(
                    "The configuration (" + (Files.exists(source) ? source + ", " : "")
                            + "the environment and the command line) cannot be used",
                    problems);
        }
        Map<String, Map<Name, SlotWish>> slots = new LinkedHashMap<>();
        for (String kind : SLOT_KINDS) {
            Map<Name, SlotWish> named = new LinkedHashMap<>();
            tree.get(kind).properties().forEach(slot -> named.put(Name.of(slot.getKey()), wish(slot.getValue())));
            slots.put(kind, Map.copyOf(named));
        }
        return new Configuration(
                home, data, dev, new Values(tree), wish(tree.get("state")), wish(tree.get("blobs")), slots);
    }

    /** Whether a provider's schema has this property; false too if it cannot be read, which {@link #check} tells. */
    public boolean has(String providerSchema, String property) {
        try {
            return schemas.parse(providerSchema).path("properties").has(property);
        } catch (Schemas.Malformed e) {
            return false;
        }
    }

    /**
     * A provider's configuration, checked and complete.
     *
     * @param slot names it in messages
     * @throws Invalid with everything that is wrong
     */
    public Config check(String slot, String providerSchema, ObjectNode values) {
        JsonNode rules;
        try {
            rules = schemas.parse(providerSchema);
        } catch (Schemas.Malformed e) {
            throw new Invalid("The plugin's schema for " + slot + " cannot be used", List.of(e.getMessage()));
        }
        ObjectNode tree = values.deepCopy();
        List<String> problems = new ArrayList<>();
        new Defaults(rules, problems).fillIn(tree);
        if (problems.isEmpty()) {
            schemas.compileTrusted(rules).problems(tree).stream()
                    .map(Hushed::told)
                    .forEach(problems::add);
        }
        if (!problems.isEmpty()) {
            throw new Invalid("The configuration of " + slot + " cannot be used", problems);
        }
        return new Values(tree);
    }

    /** Why a provider's schema is none. */
    public Optional<String> flaw(String providerSchema) {
        try {
            schemas.compile(schemas.parse(providerSchema));
            return Optional.empty();
        } catch (Schemas.Malformed e) {
            return Optional.of(e.getMessage());
        }
    }

    /** Why this is no contract of a native function, if it is none. */
    public Optional<String> flawOfContract(String contract) {
        try {
            JsonNode json = schemas.parse(contract);
            if (!json.isObject()) {
                return Optional.of("is not a JSON object with params, returns and errors, but " + contract);
            }
            return json.properties().stream()
                    .flatMap(each -> flawOfSide(each.getKey(), each.getValue())
                            .map(flaw -> "is wrong at \"" + each.getKey() + "\": " + flaw)
                            .stream())
                    .findFirst();
        } catch (Schemas.Malformed e) {
            return Optional.of("is wrong: " + e.getMessage());
        }
    }

    private Optional<String> flawOfSide(String side, JsonNode value) {
        return switch (side) {
            case "params", "returns" -> flaw(value.toString());
            case "errors" -> value.isArray() ? Optional.empty() : Optional.of("expected a list, but was " + value);
            default -> Optional.of("there are params, returns and errors");
        };
    }

    private ObjectNode load(Path source) {
        try {
            JsonNode read = schemas.parse(Files.readAllBytes(source));
            if (read instanceof ObjectNode object) {
                return object;
            }
            throw new Invalid("The configuration in " + source + " cannot be used", List.of("it is not an object"));
        } catch (IOException e) {
            throw new Invalid("The configuration in " + source + " cannot be read", List.of(e.toString()));
        } catch (Schemas.Malformed e) {
            throw new Invalid("The configuration in " + source + " cannot be read", List.of(e.getMessage()));
        }
    }

    private SlotWish wish(JsonNode slot) {
        return new SlotWish(
                Name.of(slot.get("type").stringValue()),
                Optional.ofNullable(slot.get("version")).map(JsonNode::stringValue),
                slot.get("config") instanceof ObjectNode config ? config : schemas.object());
    }

    /** The name of the environment variable for a path: {@code http.max-header-bytes} is {@code DOVETAIL_HTTP_MAX_HEADER_BYTES}. */
    static String variable(String path) {
        return "DOVETAIL_" + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
