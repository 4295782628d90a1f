package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Name;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Functions: made, shown, changed, deleted, and made again. */
@ExtendWith(OpenHouse.class)
record FunctionsTest(House house) {
    private static final String ALL = "/api/v1/functions";

    @Tag("FN-01")
    @Tag("FN-02")
    @Tag("FN-07")
    @Tag("FN-32")
    @Test
    void aFunctionIsMadeAndShown() {
        Reply made = house.deploy(
                "made",
                "env GREETING",
                "\"title\":\"Made\",\"description\":\"for a test\"",
                "\"environment\":{\"GREETING\":\"hi\"},\"tags\":{\"team\":\"a\"},\"memoryMb\":192,\"timeoutSeconds\":5");
        assertEquals("/api/v1/functions/made", made.header("Location"));
        Reply shown = house.get(ALL + "/made").is(200);
        assertEquals(made.json(), shown.json());
        assertEquals("gts.x.core.faas.func.v1~dovetail.fn._.made.v1.0~", shown.at("/gtsId"));
        assertEquals("192", shown.at("/memoryMb"));
        assertEquals("operator", shown.at("/owner"));
        assertEquals("\"hi\"", house.invoke("made", "").is(200).body());
        house.post(ALL, House.function("made", "echo")).isProblem(409, "conflict");
        Reply bare = house.post(ALL, "{\"name\":\"bare\",\"runtime\":\"cmd\"}").is(201);
        assertFalse(bare.json().has("activeVersion"));
        house.invoke("bare", "{}").isProblem(409, "not_active");
        house.patch(ALL + "/bare", "{\"memoryMb\":128}").isProblem(422, "validation");
        house.version("bare", "return 1", "\"runtime\":\"cmd\"");
        assertEquals("1", house.invoke("bare", "{}").body());
    }

    @Tag("NF-25")
    @Test
    void aFunctionThatSaysNothingOfItsLimitsHasTheUsualOnes() {
        Reply usual = house.deploy("usual", "return 1");
        assertEquals("30", usual.at("/timeoutSeconds"));
        assertEquals("256", usual.at("/memoryMb"));
        assertEquals("100", usual.at("/maxConcurrent"));
        assertEquals("100", usual.at("/scaling/maxInstances"));
        house.deploy("unusual", "return 1", "\"timeoutSeconds\":7,\"memoryMb\":512,\"maxConcurrent\":3");
        Reply inherited = house.version("unusual", "return 2");
        assertEquals("7 512", inherited.at("/timeoutSeconds") + " " + inherited.at("/memoryMb"));
    }

    @Tag("FN-36")
    @Test
    void codeComesAsAnArchiveInThreeWays() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("main.cmd"));
            zip.write("return 5".getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }
        byte[] zip = bytes.toByteArray();
        house.deploy("zipped", "", "\"code\":{\"zip\":\"" + Base64.getEncoder().encodeToString(zip) + "\"}");
        house.send("POST", ALL + "?name=zipped-too&runtime=cmd", zip, "Content-Type", "application/zip")
                .is(201);
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.writeBytes(("--b\r\nContent-Disposition: form-data; name=\"function\"\r\n\r\n"
                        + "{\"name\":\"zipped-form\",\"runtime\":\"cmd\"}\r\n--b\r\nContent-Disposition: form-data; name=\"code\";"
                        + " filename=\"a.zip\"\r\nContent-Type: application/zip\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        form.writeBytes(zip);
        form.writeBytes("\r\n--b--\r\n".getBytes(StandardCharsets.UTF_8));
        house.send("POST", ALL, form.toByteArray(), "Content-Type", "multipart/form-data; boundary=b")
                .is(201);
        String sha = dev.dovetail.spi.Digest.of(zip).hex();
        for (String name : List.of("zipped", "zipped-too", "zipped-form")) {
            assertEquals("5", house.invoke(name, "{}").is(200).body());
            assertEquals(sha, house.get(ALL + "/" + name + "/versions/1").at("/codeSha256"));
        }
        Set<String> blobs = new HashSet<>();
        house.blobs.scan(Name.of("default"), digest -> blobs.add(digest.hex()));
        assertTrue(blobs.contains(sha), "kept once, by its digest");
    }

    @Tag("FN-15")
    @Test
    void listsGoOnWithoutGapOrRepeat(@TempDir Path folder) throws Exception {
        try (House other = House.at(folder).open()) {
            for (int i = 0; i < 60; i++) {
                other.deploy(
                        String.format("f-%02d", i),
                        "echo",
                        "\"tags\":{\"half\":\"" + i % 2 + "\"},\"title\":\"Nr " + i + "\"");
            }
            for (int limit : new int[] {1, 7, 30, 60, 100}) {
                List<String> names = new ArrayList<>();
                String cursor = "";
                do {
                    Reply page = other.get(ALL + "?limit=" + limit + (cursor.isEmpty() ? "" : "&cursor=" + cursor))
                            .is(200);
                    page.json()
                            .at("/items")
                            .forEach(each -> names.add(each.get("name").stringValue()));
                    cursor = page.json().get("nextCursor").stringValue("");
                } while (!cursor.isEmpty());
                assertEquals(60, names.size());
                assertEquals(names.stream().distinct().sorted().toList(), names);
            }
            assertEquals(25, other.get(ALL).json().at("/items").size());
            assertEquals(
                    30,
                    other.get(ALL + "?limit=100&tag=half:1").json().at("/items").size());
            assertEquals(
                    60,
                    other.get(ALL + "?limit=100&tag=half").json().at("/items").size());
            assertEquals(
                    1, other.get(ALL + "?search=nr%2041").json().at("/items").size());
            assertEquals(
                    0, other.get(ALL + "?runtime=other").json().at("/items").size());
            assertEquals(
                    25,
                    other.get(ALL + "?runtime=cmd&status=active&kind=function")
                            .json()
                            .at("/items")
                            .size());
        }
    }

    @Tag("FN-03")
    @Tag("FN-23")
    @Test
    void whatAVersionIsMadeOfMakesAVersionAndTheRestDoesNot() throws Exception {
        house.deploy("changing", "gate changing\nreturn 1");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Reply> running = threads.submit(() -> house.invoke("changing", "{}"));
            house.commands.gate("changing").await(1);
            house.patch(ALL + "/changing", "{\"title\":\"T\",\"tags\":{\"a\":\"b\"}}")
                    .is(200);
            assertEquals("1", house.get(ALL + "/changing").at("/newestVersion"));
            house.patch(ALL + "/changing", "{\"timeoutSeconds\":7}").is(200);
            house.put(ALL + "/changing/environment", "{\"A\":\"1\"}").is(200);
            house.put(ALL + "/changing/environment", "{\"variables\":{\"A\":\"2\"}}")
                    .is(200);
            house.version("changing", "return 5");
            assertEquals("5", house.get(ALL + "/changing").at("/newestVersion"));
            assertEquals("5", house.invoke("changing", "{}").body());
            house.commands.gate("changing").open();
            assertEquals("v1", running.get().is(200).header("X-Dovetail-Version"), "what ran stays on its version");
        }
        assertEquals("7", house.get(ALL + "/changing/versions/5").at("/timeoutSeconds"));
        assertEquals("2", house.get(ALL + "/changing/versions/5").at("/environment/A"));
        house.put(ALL + "/changing", "{\"description\":\"D\"}").is(200);
        assertEquals("", house.get(ALL + "/changing").at("/title"));
        house.put(ALL + "/changing/concurrency", "{\"timeoutSeconds\":7}").isProblem(400, "malformed");
        house.put(ALL + "/changing/concurrency", "{}").isProblem(422, "validation");
        house.patch(ALL + "/nobody", "{}").isProblem(404, "not_found");
    }

    @Tag("FN-21")
    @Test
    void aDeletedFunctionIsGoneAndItsNumbersGoOn() {
        house.deploy("gone", "return 1");
        house.version("gone", "return 2");
        house.post(ALL + "/gone/aliases", "{\"name\":\"prod\",\"version\":1}").is(201);
        house.delete(ALL + "/gone").is(204);
        for (String path :
                List.of("", "/versions", "/versions/1", "/aliases", "/aliases/prod", "/effective", "/manifest")) {
            house.get(ALL + "/gone" + path).isProblem(404, "not_found");
        }
        house.invoke("gone", "{}").isProblem(404, "not_found");
        house.delete(ALL + "/gone").isProblem(404, "not_found");
        assertFalse(house.get(ALL + "?limit=100").body().contains("\"gone\""));
        house.deploy("gone", "return 3");
        assertEquals("3", house.get(ALL + "/gone").at("/activeVersion"));
        assertEquals(1, house.get(ALL + "/gone/versions").json().at("/items").size());
        assertEquals(0, house.get(ALL + "/gone/aliases").json().at("/items").size());
    }

    @Test
    void aDryRunOfAnyChangeChangesNothing() {
        house.deploy("rehearsed", "return 1");
        house.version("rehearsed", "return 2");
        house.post(ALL + "/rehearsed/aliases", "{\"name\":\"prod\",\"version\":1}")
                .is(201);
        String before = house.get(ALL + "/rehearsed").body()
                + house.get(ALL + "/rehearsed/versions").body()
                + house.get(ALL + "/rehearsed/aliases").body();
        String one = ALL + "/rehearsed";
        house.post(ALL + "?dryRun=true", House.function("unborn", "echo")).is(200);
        house.get(ALL + "/unborn").isProblem(404, "not_found");
        house.patch(one + "?dryRun=true", "{\"timeoutSeconds\":9}").is(200);
        house.put(one + "?dryRun=true", "{\"title\":\"x\"}").is(200);
        house.put(one + "/environment?dryRun=true", "{\"A\":\"b\"}").is(200);
        house.put(one + "/concurrency?dryRun=true", "{\"maxConcurrent\":9}").is(200);
        Reply third = house.post(one + "/versions?dryRun=true&draft=true", House.code("return 3"))
                .is(200);
        assertEquals("3 draft", third.at("/version") + " " + third.at("/status"));
        String lost =
                house.get(one + "/versions/prod").isProblem(404, "not_found").body();
        assertTrue(lost.contains("has no version \\\"prod\\\"; it has v2, v1"), lost);
        for (String verb : List.of("deprecate", "disable")) {
            Reply would = house.post(one + "/versions/2:" + verb + "?dryRun=true", "{}")
                    .is(200);
            assertEquals(verb + "d", would.at("/status"));
        }
        house.post(one + "/versions/1:disable?dryRun=true", "{}").isProblem(409, "conflict");
        house.post(one + "/aliases?dryRun=true", "{\"name\":\"dev\",\"version\":1}")
                .is(200);
        house.put(one + "/aliases/prod?dryRun=true", "{\"version\":2}").is(200);
        house.delete(one + "/aliases/prod?dryRun=true").is(204);
        house.delete(one + "/versions/1?dryRun=true").isProblem(409, "conflict");
        house.delete(one + "?dryRun=true").is(200);
        assertEquals(
                before,
                house.get(one).body()
                        + house.get(one + "/versions").body()
                        + house.get(one + "/aliases").body());
    }

    @Tag("FN-46")
    @Test
    void theManifestSaysWhatAFunctionIsToOthers() {
        house.deploy(
                "shown",
                "limits",
                "\"contract\":{\"params\":{\"type\":\"object\"}},\"traits\":{\"limits\":{\"steps\":20}}");
        Reply manifest = house.get(ALL + "/shown/manifest").is(200);
        assertEquals("gts.x.core.faas.func.v1~dovetail.fn._.shown.v1.0~", manifest.at("/id"));
        assertEquals("{\"type\":\"object\"}", manifest.at("/contract/params"));
        assertEquals(house.get(ALL + "/shown/versions/1").at("/codeSha256"), manifest.at("/fingerprint/code"));
        house.patch(ALL + "/shown", "{\"memoryMb\":512}").is(200);
        Reply next = house.get(ALL + "/shown/manifest").is(200);
        assertEquals(manifest.at("/fingerprint/code"), next.at("/fingerprint/code"));
        assertNotEquals(manifest.at("/fingerprint/settings"), next.at("/fingerprint/settings"));
        assertEquals("{\"steps\":20}", house.invoke("shown", "{}").body());
        house.deploy("unlimited", "limits");
        assertEquals("{\"steps\":10}", house.invoke("unlimited", "{}").body(), "the executor's default");
        assertEquals("lent", house.get(ALL + "/shown/effective").at("/executor"));
    }
}
