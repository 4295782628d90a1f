package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a deployment knows of a function of which only the files are there. */
final class DeployTest extends Locally {
    private final PaperServer server = new PaperServer();

    @AfterEach
    void close() {
        server.close();
    }

    private JsonNode deployed(Path path, String name) {
        Ran ran = Ran.against(server, "deploy", path.toString());
        assertEquals(new Ran(0, name + " v1 is deployed\n", ""), ran);
        return Screen.JSON.readTree(
                Ran.against(server, "functions", name, "--json").out());
    }

    @Test
    void theFilesEndingTellsTheLanguageAndStaysWhatItIs() throws IOException {
        JsonNode python = deployed(file("words_py.py", "def handler(event, context): return 1\n"), "words-py");
        assertTrue(python.get("runtime").stringValue().startsWith("python3."), python.toString());
        assertEquals("words_py.handler", python.get("handler").stringValue());
        assertTrue(python.get("code").has("source"));
        JsonNode module = deployed(file("square.mjs", "export const handler = async (n) => n * n;\n"), "square");
        assertTrue(module.get("runtime").stringValue().startsWith("node"), module.toString());
        assertEquals("square.handler", module.get("handler").stringValue());
        assertFalse(module.get("code").has("source"), "as source it would be a .js, which is read otherwise");
        Path shop = Files.createDirectory(folder.resolve("shop"));
        Files.writeString(shop.resolve("index.js"), "exports.handler = async () => 1;\n");
        assertEquals("index.handler", deployed(shop, "shop").get("handler").stringValue());
    }

    /** As text in JSON it would be there three times and a third larger each, which a small heap has no room for. */
    @Test
    void whatIsPackedIsSentAsItIsAndNotAsText() throws IOException {
        Path shop = Files.createDirectory(folder.resolve("shop"));
        Files.writeString(shop.resolve("index.js"), "exports.handler = async () => 1;\n");
        Files.writeString(shop.resolve("more.js"), "exports.more = 1;\n");
        JsonNode code = deployed(shop, "shop").get("code");
        Bundle bundle = Deploy.bundle(shop, Optional.empty(), Optional.empty(), Optional.empty());
        assertEquals(bundle.archive().orElseThrow().size(), code.path("bytes").intValue(), code::toString);
        Digest first = bundle.digest();
        assertEquals(
                first,
                Deploy.bundle(shop, Optional.empty(), Optional.empty(), Optional.empty())
                        .digest());
        Files.writeString(shop.resolve("more.js"), "exports.more = 2;\n");
        assertNotEquals(
                first,
                Deploy.bundle(shop, Optional.empty(), Optional.empty(), Optional.empty())
                        .digest());
    }

    @Test
    void whatDoesNotTellIsRefusedWithWhatThereIs() throws IOException {
        Ran ran = Ran.against(server, "deploy", file("x.cobol", "").toString());
        assertEquals(2, ran.status());
        assertTrue(ran.err().contains("does not tell the language: expected one that ends with .js, .py"), ran.err());
        assertTrue(ran.err().contains("or --runtime; there are "), ran.err());
    }

    @Test
    void whatIsWrongIsSaidOnceThoughTheListHasARemedyToo() {
        Refused refused = new Refused(422, Screen.JSON.readTree("""
                {"title": "It cannot be deployed", "code": "deploy", "detail": "main.py: no \\"handler\\"",
                 "errors": [{"path": "main.py", "message": "no \\"handler\\" (write: def handler(event, context):)"}]}"""));
        assertEquals(
                List.of(
                        "It cannot be deployed (422, deploy)",
                        "  - main.py: no \"handler\" (write: def handler(event, context):)"),
                refused.lines());
    }
}
