package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Functions that are run on this machine as streams. */
final class RunStreamsTest extends Locally {
    private static final String TWICE = """
            def main(ctx, input):
                piece = ctx.read()
                for i in range(10):
                    if piece == None:
                        return i
                    ctx.chunk({"twice": 2 * piece.data})
                    piece = ctx.read()
            """;

    @Test
    void aStreamTakesPiecesAndShowsThoseOfItsAnswer() throws IOException {
        Path code = file("twice.star", TWICE);
        Path pieces = file("pieces.jsonl", "1\n\n21\n");
        Ran ran = run(path(code), "--stream", "--pieces", path(pieces));
        assertEquals(new Ran(0, "{\"twice\":2}\n{\"twice\":42}\n2\n", ""), ran);
        JsonNode told = Screen.JSON.readTree(
                run(path(code), "--stream", "--pieces", path(pieces), "--json").out());
        assertEquals("[{\"twice\":2},{\"twice\":42}]", told.get("chunks").toString());
        assertEquals(0, run(path(code), "--stream").status(), "no pieces is an empty input");
    }

    @Test
    @Needs(Need.PYTHON)
    void streamsInOtherLanguagesToo() throws IOException {
        Path code = file("twice.py", """
                def handler(event, context):
                    sent = 0
                    for piece in context.input:
                        context.chunk({"twice": 2 * piece}).result()
                        sent += 1
                    return sent
                """);
        Ran ran = run(path(code), "--stream", "--pieces", path(file("pieces.jsonl", "1\n21")));
        assertEquals(new Ran(0, "{\"twice\":2}\n{\"twice\":42}\n2\n", ""), ran);
    }

    @Test
    void whatIsNotRunAsAStreamIsToldHow() throws IOException {
        Ran ran = run(path(file("twice.star", TWICE)));
        assertEquals(1, ran.status());
        assertTrue(ran.err().contains("run it with --stream"), ran.err());
    }
}
