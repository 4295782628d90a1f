package dev.dovetail.worker.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PipesTest {
    private final List<String> lines = new ArrayList<>();
    private final List<String> floods = new ArrayList<>();
    private final Redaction redaction = new Redaction();

    private Pipes pipes(String text, Pipes.Bounds bounds) {
        Pipes pipes = new Pipes(
                List.of(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))),
                redaction,
                bounds,
                floods::add);
        pipes.to((execution, line) -> lines.add(execution.orElse("-") + ": " + line));
        return pipes;
    }

    @Test
    void linesAreToldWithTheirCallAndTheLastOneAlsoWithoutAnEnd() {
        Pipes pipes = pipes("one\r\n\ntwo", new Pipes.Bounds(10, 1000, 10_000));
        pipes.begin(Optional.of("e1"));
        pipes.end();
        // what was there before the call began is not the call's
        assertEquals(List.of("-: one", "-: ", "e1: two"), lines);
    }

    @Test
    void aLineThatIsTooLongIsCut() {
        Pipes pipes = pipes("x".repeat(20_000) + "\nnext\n", new Pipes.Bounds(10, 100_000, 1_000_000));
        pipes.end();
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).endsWith("x... (cut)"));
        assertEquals("-: next", lines.get(1));
    }

    @Test
    void aFloodIsToldOnce() {
        Pipes pipes = pipes("0123456789\n".repeat(1000), new Pipes.Bounds(5, 1000, 5000));
        pipes.end();
        assertEquals(6, lines.size());
        assertEquals(List.of("it wrote more than 5000 bytes to its log"), floods);
    }

    @Test
    void secretsAreTakenOutAsTheyAreAndAsJsonWritesThem() {
        redaction.hide("a\"b");
        redaction.hide("a\"bc");
        redaction.hide("first line\nsecond line");
        assertEquals("x [secret] y", redaction.clean("x a\"bc y"));
        assertEquals("{\"k\":\"[secret]\"}", redaction.clean("{\"k\":\"a\\\"b\"}"));
        assertEquals("[secret] and [secret]", redaction.clean("second line and first line"));
    }
}
