package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What happened in an execution, as people are shown it. */
final class TimelineTest {
    @Test
    void itIsATableOfAllOfItsPages() {
        try (PaperServer server = new PaperServer()) {
            server.happened = 230;
            List<String> lines = Ran.against(server, "executions", "7", "--timeline")
                    .out()
                    .lines()
                    .toList();
            assertEquals(230, lines.size());
            assertEquals("2026-11-21T08:00:00Z\tstep_started\t229\tcharge\t\tmain.py:16\t", lines.getLast());
            Ran json = Ran.against(server, "executions", "7", "--timeline", "--json");
            assertTrue(json.out().contains("\"number\":229"), json.out());
        }
    }
}
