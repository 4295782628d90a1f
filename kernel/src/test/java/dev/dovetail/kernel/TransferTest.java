package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A function goes from one server to another whole, or not at all. */
class TransferTest {
    private static final String ALL = "/api/v1/functions";

    private static byte[] export(House house, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var got = client.send(house.request(path).build(), BodyHandlers.ofByteArray());
            assertEquals(200, got.statusCode(), () -> new String(got.body(), StandardCharsets.UTF_8));
            assertEquals(
                    "application/zip", got.headers().firstValue("content-type").orElseThrow());
            return got.body();
        }
    }

    private static Reply take(House house, byte[] bundle, String query) {
        return house.send("POST", ALL + ":import" + query, bundle, "Content-Type", "application/zip");
    }

    private static Map<String, byte[]> entries(byte[] bundle) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bundle))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }

    private static byte[] zip(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (var each : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(each.getKey()));
                zip.write(each.getValue());
            }
        }
        return bytes.toByteArray();
    }

    /** The bundle with another document. */
    private static byte[] with(byte[] bundle, Change change) throws IOException {
        Map<String, byte[]> entries = entries(bundle);
        ObjectNode json = (ObjectNode) House.SCHEMAS.parse(entries.get("function.json"));
        change.in(json);
        entries.put("function.json", House.SCHEMAS.write(json));
        return zip(entries);
    }

    private interface Change {
        void in(ObjectNode document);
    }

    private static ObjectNode version(JsonNode document, int index) {
        return (ObjectNode) document.get("versions").get(index);
    }

    /** Those of the first alias, to be said anew. */
    private static ObjectNode weights(JsonNode document) {
        return ((ObjectNode) document.get("aliases").get(0)).putObject("weights");
    }

    /** Three versions of two codes in three states, and two aliases. */
    private static void deploy(House house) {
        house.deploy(
                "moved",
                "return 1",
                "\"kind\":\"workflow\"",
                "\"title\":\"Moved\"",
                "\"description\":\"goes\"",
                "\"tags\":{\"team\":\"a\"}",
                "\"maxConcurrent\":7",
                "\"scaling\":{\"minInstances\":1,\"maxInstances\":3,\"scaleDownCooldown\":\"PT1M\"}",
                "\"memoryMb\":320",
                "\"secrets\":[\"db\"]",
                "\"environment\":{\"LEVEL\":\"3\",\"KEY\":\"${SECRET:api}\"}",
                "\"contract\":{\"params\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}}",
                "\"traits\":{\"idempotent\":true,\"workflow\":{\"maxSuspensionDays\":3}}");
        house.version("moved", "return 2", "\"description\":\"second\"");
        house.version("moved", "return 1", "\"timeoutSeconds\":9");
        house.post(ALL + "/moved/aliases", "{\"name\":\"live\",\"weights\":{\"2\":90,\"3\":10},\"description\":\"d\"}")
                .is(201);
        house.post(ALL + "/moved/aliases", "{\"name\":\"last\",\"version\":3}").is(201);
        house.post(
                        ALL + "/moved/versions/2:deprecate",
                        "{\"reason\":\"old\",\"successor\":\"v3\",\"sunset\":\"2027-01-31T00:00:00Z\"}")
                .is(200);
        house.post(ALL + "/moved/versions/1:disable", "{}").is(200);
    }

    private static ObjectNode timeless(Reply reply) {
        ObjectNode json = (ObjectNode) reply.is(200).json();
        json.remove(List.of("createdAt", "updatedAt", "publishedAt", "createdBy", "owner"));
        return json;
    }

    @Test
    @Tag("FN-26")
    void aFunctionIsTheSameOnAnotherServer(@TempDir Path folder) throws Exception {
        try (House one = House.at(folder.resolve("one")).open();
                House two = House.at(folder.resolve("two")).open()) {
            deploy(one);
            byte[] bundle = export(one, ALL + "/moved:export");
            assertArrayEquals(bundle, export(one, ALL + "/moved:export"), "the same function is the same bytes");
            assertEquals(3, entries(bundle).size(), "a document, and each code once");
            Reply dry = take(two, bundle, "?dryRun=true").is(200);
            assertEquals("[1,2,3]", dry.json().get("versions").toString());
            two.get(ALL + "/moved").isProblem(404, "not_found");
            Reply made = take(two, bundle, "").is(201);
            assertEquals("[\"last\",\"live\"]", made.json().get("aliases").toString());
            for (String path :
                    List.of("", "/versions/1", "/versions/2", "/versions/3", "/aliases/live", "/aliases/last")) {
                assertEquals(timeless(one.get(ALL + "/moved" + path)), timeless(two.get(ALL + "/moved" + path)), path);
            }
            assertArrayEquals(bundle, export(two, ALL + "/moved:export"), "and goes on as it came");
            two.put("/api/v1/secrets/api", "{\"value\":\"s\"}").is(200);
            Flows flows = new Flows(two);
            String id = two.post(ALL + "/moved/invoke-async?alias=live&key=k", "{\"a\":\"x\"}")
                    .is(202)
                    .at("/executionId");
            String answer = flows.await(id, "succeeded").at("/output");
            assertTrue(List.of("1", "2").contains(answer), answer);
            assertTrue(
                    two.get("/api/v1/audit").is(200).body().contains("definition_created"),
                    "what came is in the audit");
        }
    }

    @Test
    @Tag("FN-26")
    void whatIsThereIsRefusedOrAddedTo(@TempDir Path folder) throws Exception {
        try (House one = House.at(folder.resolve("one")).open();
                House two = House.at(folder.resolve("two")).open()) {
            deploy(one);
            byte[] some = export(one, ALL + "/moved:export?version=3&version=v2");
            JsonNode document = House.SCHEMAS.parse(entries(some).get("function.json"));
            assertEquals(2, document.get("versions").size());
            assertEquals(2, document.get("aliases").size());
            assertEquals(
                    1,
                    House.SCHEMAS
                            .parse(entries(export(one, ALL + "/moved:export?version=3"))
                                    .get("function.json"))
                            .get("aliases")
                            .size(),
                    "an alias that leads elsewhere stays");
            two.deploy("moved", "return 0", "\"kind\":\"workflow\"");
            assertTrue(take(two, some, "").isProblem(409, "conflict").body().contains("?replace=true"));
            Reply dry = take(two, some, "?replace=true&dryRun=true").is(200);
            assertEquals("[1,2,3]", dry.json().get("versions").toString());
            assertEquals("1", two.get(ALL + "/moved").at("/newestVersion"));
            take(two, some, "?replace=true").is(201);
            assertEquals("Moved", two.get(ALL + "/moved").at("/title"));
            assertEquals(
                    "{\"2\":90,\"3\":10}",
                    two.get(ALL + "/moved/aliases/live").json().get("weights").toString());
            assertEquals("second", two.get(ALL + "/moved/versions/2").at("/description"));
            assertEquals("deprecated", two.get(ALL + "/moved/versions/2").at("/status"));
            take(two, some, "?replace=true").is(201);
            assertEquals(
                    "{\"4\":90,\"5\":10}",
                    two.get(ALL + "/moved/aliases/live").json().get("weights").toString());
            // a name that was used before has its numbers used up, and its aliases gone
            two.delete(ALL + "/moved").is(204);
            take(two, some, "").is(201);
            assertEquals(
                    "{\"6\":90,\"7\":10}",
                    two.get(ALL + "/moved/aliases/live").json().get("weights").toString());
            two.deploy("plain", "return 0");
            byte[] other = with(
                    some,
                    json -> ((ObjectNode) json.get("function"))
                            .put("name", "plain")
                            .put("gtsId", "gts.x.core.faas.func.v1~dovetail.fn._.plain.v1.0~"));
            assertTrue(take(two, other, "?replace=true")
                    .isProblem(409, "conflict")
                    .body()
                    .contains("a workflow in the bundle"));
            assertEquals("1", two.get(ALL + "/plain").at("/newestVersion"));
        }
    }

    @Test
    @Tag("FN-26")
    void whatDoesNotFitIsRefusedInWordsAndNothingOfItIsThere(@TempDir Path folder) throws Exception {
        try (House one = House.at(folder.resolve("one")).open();
                House two = House.at(folder.resolve("two")).open()) {
            deploy(one);
            byte[] bundle = export(one, ALL + "/moved:export");
            String code = entries(bundle).keySet().stream()
                    .filter(name -> name.startsWith("code/"))
                    .findFirst()
                    .orElseThrow();
            Map<String, byte[]> bad = new LinkedHashMap<>();
            bad.put("cut off", Arrays.copyOf(bundle, bundle.length / 2));
            bad.put("is no ZIP", "hello".getBytes(StandardCharsets.UTF_8));
            bad.put("has no function.json", zip(Map.of(code, entries(bundle).get(code))));
            bad.put("is no JSON", zip(Map.of("function.json", new byte[] {'{'})));
            Map<String, byte[]> more = entries(bundle);
            more.put("../x", new byte[1]);
            bad.put("no part of one", zip(more));
            Map<String, byte[]> fewer = entries(bundle);
            fewer.remove(code);
            bad.put("of which version", zip(fewer));
            Map<String, byte[]> changed = entries(bundle);
            changed.put(code, zip(Map.of("main.cmd", "return 9".getBytes(StandardCharsets.UTF_8))));
            bad.put("whose digest is", zip(changed));
            bad.put("of which no version is made", with(bundle, json -> {
                ((tools.jackson.databind.node.ArrayNode) json.get("versions")).remove(1);
                json.putArray("aliases");
            }));
            bad.put("ruby", with(bundle, json -> version(json, 2).put("runtime", "ruby")));
            bad.put("has it twice", with(bundle, json -> version(json, 1).put("number", 1)));
            bad.put(
                    "numpy:3",
                    with(
                            bundle,
                            json -> version(json, 0)
                                    .putArray("layers")
                                    .addObject()
                                    .put("layer", "numpy:3")
                                    .put("sha256", "00")));
            bad.put("memoryMb", with(bundle, json -> version(json, 2).put("memoryMb", 7)));
            bad.put(
                    "leads to a version that it does not have",
                    with(bundle, json -> weights(json).put("8", 100)));
            bad.put("sum to 100", with(bundle, json -> weights(json).put("3", 50)));
            bad.put(
                    "is no time",
                    with(
                            bundle,
                            json -> ((ObjectNode) version(json, 1).get("deprecation"))
                                    .put("sunset", "2027-13-31T00:00:00Z")));
            bad.put("/schema", with(bundle, json -> json.put("schema", 2)));
            bad.put("/status", with(bundle, json -> version(json, 0).put("status", "gone")));
            bad.put("unknown field", with(bundle, json -> json.put("owner", "me")));
            bad.put("/name", with(bundle, json -> ((ObjectNode) json.get("function")).put("name", "A b")));
            byte[] bomb = new byte[70 << 20];
            bad.put("larger than", zip(Map.of("code/" + "0".repeat(64) + ".zip", bomb)));
            for (var each : bad.entrySet()) {
                for (String query : List.of("?dryRun=true", "")) {
                    Reply refused = take(two, each.getValue(), query);
                    String said = each.getKey() + ": " + refused.body();
                    assertTrue(refused.status() >= 400 && refused.status() < 500, said);
                    assertTrue(refused.body().contains(each.getKey()), said);
                }
            }
            two.get(ALL + "/moved").isProblem(404, "not_found");
            assertFalse(two.get(ALL).is(200).body().contains("moved"));
            two.post(ALL + ":import", "{}", "Content-Type", "application/json")
                    .isProblem(415, "unsupported_media_type");
        }
    }
}
