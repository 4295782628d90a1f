package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.spi.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the facade shows of a module. */
class ModuleHashesTest {
    private static byte[] zip(String module) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String file : new String[] {"main.wasm", "main.cmd"}) {
                zip.putNextEntry(new ZipEntry(file));
                zip.write(module.getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    private static String shown(House house) {
        return house.get("/functions/v1/hashed").is(200).at("/wasm_hash");
    }

    private static String hash(String module) {
        return Digest.of(module.getBytes(StandardCharsets.UTF_8)).hex();
    }

    @Test
    void aModuleIsHashedOnceForAVersion(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).open()) {
            String query = "?name=hashed&runtime=cmd";
            house.send("POST", "/api/v1/functions" + query, zip("echo"), "Content-Type", "application/zip")
                    .is(201);
            assertEquals(hash("echo"), shown(house));
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path each :
                        files.filter(file -> file.endsWith("main.wasm")).toList()) {
                    Files.delete(each);
                }
            }
            assertEquals(hash("echo"), shown(house), "the file is not looked at again");
            house.send("POST", "/api/v1/functions/hashed/versions", zip("return 2"), "Content-Type", "application/zip")
                    .is(201);
            assertEquals(hash("return 2"), shown(house));
        }
    }
}
