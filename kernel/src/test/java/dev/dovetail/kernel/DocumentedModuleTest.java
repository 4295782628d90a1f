package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.testkit.plugin.SourceJar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The native module in the authors' guide is one: compiled as it stands there, deployed as it says, and called. */
class DocumentedModuleTest {
    private static final Pattern MODULE = Pattern.compile("```java\n(package sample;.*?)```", Pattern.DOTALL);
    private static final Pattern DEPLOYED = Pattern.compile("```json\n(\\{\"name\": \"crc\".*?)```", Pattern.DOTALL);

    private static String block(Pattern pattern, String page) {
        Matcher found = pattern.matcher(page);
        assertTrue(found.find(), pattern.toString());
        return found.group(1);
    }

    @Test
    @Tag("NM-01")
    @Tag("NM-14")
    void itIsDeployedAndCalled(@TempDir Path folder) throws Exception {
        String page = Files.readString(Path.of("../docs/authors.md"));
        SourceJar jar = SourceJar.of("checksums", "1.0.0").provider("sample.ChecksumsProvider", block(MODULE, page));
        try (House house =
                House.at(folder).with("plugins.require-signature", "false").open()) {
            house.send("POST", "/api/v1/plugins", jar.bytes()).is(201);
            assertEquals("checksums", house.get("/api/v1/modules").is(200).at("/items/0/name"));
            house.post("/api/v1/functions", block(DEPLOYED, page)).is(201);
            // the CRC of "text" with its quotes, as other programs have it
            assertEquals("1071480926", house.invoke("crc", "\"text\"").is(200).body());
            house.invoke("crc", "7").isProblem(422, "validation");
            house.commands.flow(
                    "caller",
                    guest -> guest.call(new HostCall.Other(
                            "module",
                            1,
                            Bytes.utf8("{\"module\":\"checksums\",\"function\":\"crc\",\"params\":\"text\"}"))));
            house.deploy("caller", "flow caller");
            assertEquals("1071480926", house.invoke("caller", "{}").is(200).body());
        }
    }
}
