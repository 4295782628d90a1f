package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** Schemas of the product are schemas, and whatever is shown as an example of one, there or in the documents, fits it. */
@Tag("TE-14")
@ExtendWith(OpenHouse.class)
record SchemaExamplesTest(House house) {
    private static final Path SOURCES = Path.of("..");
    private static final Pattern BLOCK =
            Pattern.compile("(?:<!-- ([a-z-]+) ([a-z0-9-]+)[^>]* -->\\s*)?```json\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern SENT = Pattern.compile(
            "curl(?:(?!curl).)*?(?:(?:127\\.0\\.0\\.1|localhost):8080)(/[^ \"?]*)(?:(?!curl).)*? -d '([^']*)'",
            Pattern.DOTALL);
    private static final String CONFIGURATION = "dovetail/kernel/config/dovetail.schema.json";

    private static Map<String, JsonNode> schemas() throws IOException {
        Map<String, JsonNode> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(SOURCES)) {
            for (Path each : all.filter(file -> file.toString().contains("src/main/resources/"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .filter(file -> file.toString().endsWith("schema.json") || file.endsWith("http/bodies.json"))
                    .toList()) {
                JsonNode json = House.SCHEMAS.parse(Files.readString(each));
                if (each.endsWith("bodies.json")) {
                    json.properties().forEach(body -> found.put(each + "#" + body.getKey(), body.getValue()));
                } else {
                    found.put(each.toString(), json);
                }
            }
        }
        return found;
    }

    private static JsonNode schema(String path) throws IOException {
        List<JsonNode> found = schemas().entrySet().stream()
                .filter(each -> each.getKey().contains(path))
                .map(Map.Entry::getValue)
                .toList();
        assertEquals(1, found.size(), path);
        return found.getFirst();
    }

    private static void fits(JsonNode value, JsonNode schema, String where) {
        assertEquals(List.of(), House.SCHEMAS.compile(schema).problems(value), where);
    }

    @Test
    void eachSchemaIsOneAndItsDefaultsAndExamplesFitIt() throws IOException {
        Map<String, JsonNode> all = schemas();
        assertTrue(all.size() > 20, all.keySet()::toString);
        int examples = 0;
        for (Map.Entry<String, JsonNode> each : all.entrySet()) {
            House.SCHEMAS.compile(each.getValue());
            examples += shown(each.getValue(), each.getValue(), each.getKey());
        }
        assertTrue(examples > 50, examples + " examples and defaults");
        for (String resource : List.of("function", "version", "change", "alias")) {
            assertTrue(
                    schema("dovetail/kernel/catalog/" + resource + ".schema.json")
                                    .path("examples")
                                    .size()
                            > 0,
                    resource);
        }
    }

    /** How many examples and defaults there are in this part of a schema, each of which fits. */
    private static int shown(JsonNode root, JsonNode part, String where) {
        int count = 0;
        if (part.has("examples") || part.has("default")) {
            ObjectNode alone = House.SCHEMAS.object();
            alone.set("$defs", root.path("$defs").isObject() ? root.get("$defs") : House.SCHEMAS.object());
            alone.putArray("allOf").add(part);
            for (JsonNode example : part.path("examples")) {
                fits(example, alone, where + " examples");
                count++;
            }
            if (part.has("default")) {
                fits(part.get("default"), alone, where + " default");
                count++;
            }
        }
        for (Map.Entry<String, JsonNode> each : part.properties()) {
            if (!List.of("examples", "default", "enum", "const").contains(each.getKey())) {
                count += shown(root, each.getValue(), where + "/" + each.getKey());
            }
        }
        return count;
    }

    private static Map<Path, String> documents() throws IOException {
        Map<Path, String> texts = new TreeMap<>();
        try (Stream<Path> docs = Files.walk(SOURCES.resolve("docs"))) {
            for (Path each : Stream.concat(Stream.of(SOURCES.resolve("README.md")), docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList()) {
                texts.put(each, Files.readString(each));
            }
        }
        return texts;
    }

    @Test
    void eachJsonInTheDocumentsFitsTheSchemaOfWhatItIs() throws IOException {
        int seen = 0;
        for (Map.Entry<Path, String> document : documents().entrySet()) {
            Map<String, JsonNode> contracts = new TreeMap<>();
            for (MatchResult block :
                    BLOCK.matcher(document.getValue()).results().toList()) {
                JsonNode json = House.SCHEMAS.parse(block.group(3).getBytes(StandardCharsets.UTF_8));
                String name = String.valueOf(block.group(2));
                String where = document.getKey() + " " + json;
                seen++;
                switch (String.valueOf(block.group(1))) {
                    case "contract" -> contracts.put(name, json);
                    case "input" -> contracted(contracts, name, "params", json, where);
                    case "output" -> contracted(contracts, name, "returns", json, where);
                    case "stream-input" -> {} // of a function without a contract
                    default -> assertTrue(is(json, where), "of nothing that has a schema: " + where);
                }
            }
        }
        assertTrue(seen > 15, seen + " blocks");
    }

    private static void contracted(
            Map<String, JsonNode> contracts, String name, String side, JsonNode json, String where) {
        Optional.ofNullable(contracts.get(name)).ifPresent(contract -> fits(json, contract.get(side), where));
    }

    /** Whether it is something that has a schema; then it fits it. What the system answers is checked where it is made. */
    private static boolean is(JsonNode json, String where) throws IOException {
        if (json.has("event") && json.has("actor")) {
            return true; // an entry of the audit, as AuditTest has it
        }
        if (json.has("runtime")) {
            fits(json, schema("catalog/function.schema.json"), where);
            return true;
        }
        if (json.has("config") && json.path("type").stringValue("").equals("postgres")) {
            fits(json.get("config"), schema("database/postgres/schema.json"), where);
            return true;
        }
        JsonNode configuration = schema(CONFIGURATION);
        if (!configuration.get("properties").propertyNames().containsAll(json.propertyNames())) {
            return false;
        }
        fits(json, configuration, where);
        for (String place : List.of("state", "blobs")) {
            provided(json.path(place), where);
        }
        for (String places : List.of("executors", "secrets")) {
            for (JsonNode slot : json.path(places)) {
                provided(slot, where);
            }
        }
        return true;
    }

    private static void provided(JsonNode slot, String where) throws IOException {
        if (slot.has("config")) {
            String type = slot.get("type").stringValue();
            String folder = Map.of("postgres", "storage/postgres", "file", "secrets/file")
                    .getOrDefault(type, "executor/" + type);
            fits(slot.get("config"), schema(folder + "/schema.json"), where);
        }
    }

    @Test
    void whatTheDocumentsSendFitsWhatTheApiSaysThatItTakes() throws IOException {
        JsonNode api = house.get("/openapi.json").is(200).json();
        List<String> checked = new ArrayList<>();
        int sentInAll = 0;
        for (Map.Entry<Path, String> document : documents().entrySet()) {
            for (MatchResult sent : SENT.matcher(document.getValue()).results().toList()) {
                JsonNode body = House.SCHEMAS.parse(sent.group(2).getBytes(StandardCharsets.UTF_8));
                String path = sent.group(1);
                String method = sent.group().contains("-X PUT") ? "put" : "post";
                JsonNode operation = operation(api, path, method);
                assertFalse(operation.isMissingNode(), document.getKey() + ": no route " + method + " " + path);
                sentInAll++;
                String named = operation
                        .at("/requestBody/content/application~1json/schema/$ref")
                        .stringValue("");
                if (!named.isEmpty()) {
                    fits(body, api.at(named.substring(1)), document.getKey() + " " + path);
                    checked.add(named);
                }
            }
        }
        assertTrue(sentInAll >= 8 && checked.contains("#/components/schemas/Function"), sentInAll + " " + checked);
    }

    private static JsonNode operation(JsonNode api, String path, String method) {
        return api.get("paths").properties().stream()
                .filter(each -> path.matches(each.getKey().replaceAll("\\{[a-zA-Z]+}", "[^/:]+")))
                .map(each -> each.getValue().path(method))
                .filter(each -> !each.isMissingNode())
                .findFirst()
                .orElse(MissingNode.getInstance());
    }
}
