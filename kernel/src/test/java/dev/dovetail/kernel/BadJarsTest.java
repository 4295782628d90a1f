package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A jar that says nothing sensible of itself is its sender's mistake, in words. */
@Tag("NM-04")
class BadJarsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage without colon\nManifest-Version: 1.0\nPlugin-Id: x\n",
                "Manifest-Version: 1.0\n: no name\n",
                "Manifest-Version: 1.0\n Plugin-Id: a line that goes on with nothing\nPlugin Id: x\n",
                "\u0000\u0001\u0002\n"
            })
    void aManifestThatIsNoneIsRefusedInWords(String manifest, @TempDir Path folder) throws Exception {
        try (House house =
                House.at(folder).with("plugins.require-signature", "false").open()) {
            Reply refused = house.send("POST", "/api/v1/plugins", jar(manifest)).isProblem(422, "deploy");
            assertTrue(refused.at("/detail").contains("META-INF/MANIFEST.MF cannot be read"), refused.body());
            house.get("/health").is(200);
        }
    }

    private static byte[] jar(String manifest) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
            zip.write(manifest.getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }
        return bytes.toByteArray();
    }
}
