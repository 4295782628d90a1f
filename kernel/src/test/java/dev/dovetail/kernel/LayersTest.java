package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Shared files: versioned, kept once, and beside the code of functions that ask for them. */
@Tag("FN-41")
@ExtendWith(OpenHouse.class)
record LayersTest(House house) {
    private static byte[] zip(String file, String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(file));
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private Reply add(String name, byte[] zip) {
        return house.send("POST", "/api/v1/layers/" + name + "/versions", zip, "Content-Type", "application/zip")
                .is(201);
    }

    @Test
    void versionsAreNumberedAndListed() throws Exception {
        assertEquals("numbered:1", add("numbered", zip("a", "1")).at("/layer"));
        String body = "{\"name\":\"numbered\",\"description\":\"second\",\"code\":{\"zip\":\""
                + Base64.getEncoder().encodeToString(zip("a", "2")) + "\"}}";
        assertEquals("2", house.post("/api/v1/layers", body).is(201).at("/version"));
        Reply versions = house.get("/api/v1/layers/numbered/versions").is(200);
        assertEquals("1", versions.at("/items/0/version"));
        assertEquals("second", versions.at("/items/1/description"));
        Reply page = house.get("/api/v1/layers/numbered/versions?limit=1").is(200);
        assertEquals(
                "2",
                house.get("/api/v1/layers/numbered/versions?limit=1&cursor=" + page.at("/nextCursor"))
                        .is(200)
                        .at("/items/0/version"));
        assertTrue(house.get("/api/v1/layers").is(200).body().contains("\"layer\":\"numbered:2\""));
    }

    @Test
    void aFunctionSeesTheVersionThatItAskedForInItsOrder() throws Exception {
        add("first", zip("one.txt", "1"));
        add("second", zip("two.txt", "2"));
        house.deploy("layered", "layers", "\"layers\":[\"second\",\"first:1\"]");
        add("second", zip("newer.txt", "3"));
        assertEquals(
                "[\"two.txt\",\"one.txt\"]",
                house.invoke("layered", "{}").is(200).body());
        assertEquals("second:1", house.get("/api/v1/functions/layered").at("/layers/0"));
        house.put("/api/v1/functions/layered/layers", "[\"second\"]").is(200);
        assertEquals("[\"newer.txt\"]", house.invoke("layered", "{}").is(200).body());
        assertEquals("2", house.get("/api/v1/functions/layered").at("/activeVersion"));
    }

    @Test
    @Tag("SL-08")
    void theSameFilesAreKeptOnce() throws Exception {
        byte[] same = zip("same.txt", "same");
        String one = add("once", same).at("/digest");
        String two = add("twice", same).at("/digest");
        assertEquals(one, two);
        try (Stream<Path> unpacked = Files.walk(house.folder.resolve("data/cache/code"))) {
            assertEquals(1, unpacked.filter(file -> file.endsWith("same.txt")).count());
        }
    }

    @Test
    void whatIsNotThereIsNamed() {
        Reply reply = house.post("/api/v1/functions", House.function("unlayered", "echo", "\"layers\":[\"no-such:3\"]"))
                .isProblem(422, "validation");
        assertTrue(reply.body().contains("no-such:3"), reply.body());
        house.get("/api/v1/functions/unlayered").is(404);
        house.get("/api/v1/layers/no-such/versions").is(404);
        house.post("/api/v1/layers", "{\"name\":\"empty\"}").isProblem(422, "validation");
        house.post("/api/v1/layers", "{\"name\":\"Bad Name\",\"code\":{\"zip\":\"\"}}")
                .isProblem(422, "validation");
    }

    @Test
    void anArchiveThatLeadsOutIsRefused() throws Exception {
        house.send(
                        "POST",
                        "/api/v1/layers/escaping/versions",
                        zip("../../evil", "x"),
                        "Content-Type",
                        "application/zip")
                .isProblem(422, "deploy");
        house.get("/api/v1/layers/escaping/versions").is(404);
    }
}
