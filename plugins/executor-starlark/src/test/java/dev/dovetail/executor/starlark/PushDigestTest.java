package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A function as people write them: it digests what a code host tells of a push. */
final class PushDigestTest {
    @TempDir
    Path folder;

    static String resource(String name) throws IOException {
        try (InputStream in = PushDigestTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    @Tag("RT-03")
    @Tag("TY-18")
    void digestsAPush() throws IOException {
        String answer = Scripts.answer(folder, resource("digest.star"), resource("push.json"));
        assertEquals("""
                {"branch":"main","commits":3,"authors":[{"author":"ada","commits":2},{"author":"grace","commits":1}],\
                "files":{"(top)":["README.md"],"payments":["bank.py","codes.py"],"web":["prices.ts","tax.ts"]},\
                "needs_review":true,"reasons":["2 files in payments","a revert on main"],\
                "summary":"ada pushed 3 commits to main: Take cards of the new bank; Revert \\"Show prices without tax\\"; Name the codes"}""", answer);
    }

    @Test
    void saysThatThereIsNothingToTell() throws IOException {
        String answer = Scripts.answer(
                folder,
                resource("digest.star"),
                "{\"ref\": \"refs/heads/x\", \"commits\": [], \"pusher\": {\"name\": \"ada\"}}");
        assertTrue(answer.contains("\"summary\":\"nothing to tell\""), answer);
    }
}
