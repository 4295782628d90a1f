package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import tools.jackson.databind.JsonNode;

/** Another version of a workflow, tried on what its executions did, on a server that is really there. */
@Timeout(300)
@ResourceLock("dovetail.home")
final class OtherVersionTest {
    private static final String EVENT = "gts.x.core.faas.event.v1~test.go.v1~";
    private static final String[] GO = {"--signal", EVENT, "--payload", "{}", "--wait"};

    @TempDir
    private static Path folder;

    private static Served served;

    @BeforeAll
    static void start() throws Exception {
        served = Served.in(folder);
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    private static String source(String first, String last) {
        return """
                def work(ctx, input):
                    return {"n": input.n + 1}

                def main(ctx, input):
                    a = ctx.steps.run("%s", work, {"n": 1}).value
                    ctx.await(ctx.events.wait("%s"))
                    b = ctx.steps.run("%s", work, {"n": a.n}).value
                    return {"n": b.n, "last": "%s"}
                """.formatted(first, EVENT, last, last);
    }

    private static Ran signalled(String id) {
        return served.run("executions", id, GO[0], GO[1], GO[2], GO[3], GO[4]);
    }

    @Test
    void whatWouldGoAnotherWayIsATableAndTheStatusIsOne() throws Exception {
        served.deploy("tried", source("reserve", "ship"));
        String id = served.waiting("tried");
        served.deploy("tried", source("reserve", "send"));
        served.deploy("tried", source("book", "ship"));
        assertEquals(new Ran(0, "1 of 1 go on as they began\n", ""), served.run("versions", "tried", "2", "--check"));
        Ran other = served.run("versions", "tried", "3", "--check");
        assertEquals(1, other.status(), other::toString);
        assertEquals(id + "\t0\tmain.star:5\tstep reserve {\"n\":1}\tstep book {\"n\":1}\n", other.out());
        assertTrue(other.err().startsWith("1 of 1 would do something else than they did"), other::toString);
        Ran shown = served.onTerminal("versions", "tried", "3", "--check");
        assertTrue(shown.err().contains("dovetail executions " + id + " --timeline"), shown::toString);
        Ran json = served.run("versions", "tried", "v3", "--check", "--json");
        assertEquals(1, json.status());
        JsonNode found = Screen.JSON.readTree(json.out());
        assertEquals(id, found.at("/differing/0/executionId").stringValue());
        assertEquals(1, found.get("checked").intValue());
        assertEquals(0, found.get("same").intValue());
    }

    @Test
    void codeIsTriedBeforeItIsDeployed() throws Exception {
        served.deploy("drafted", source("reserve", "ship"));
        Path code = Files.writeString(folder.resolve("main.star"), source("reserve", "ship"));
        assertEquals(
                new Ran(0, "", "No open execution of drafted could be tried\n"),
                served.run("versions", "drafted", "--check", "--code", code.toString()));
        served.waiting("drafted");
        assertEquals(
                0,
                served.run("versions", "drafted", "--check", "--code", code.toString())
                        .status());
        Files.writeString(code, source("book", "ship"));
        assertEquals(
                1,
                served.run("versions", "drafted", "--check", "--code", code.toString())
                        .status());
        assertEquals(1, served.run("versions", "drafted").out().lines().count(), "nothing of it is kept");
        Ran none = served.run("versions", "drafted", "--check", "--plugin", "nobody=1.0.0");
        assertEquals(1, none.status());
        assertTrue(none.err().contains("expected an installed plugin"), none::toString);
    }

    @Test
    void anExecutionIsMovedComparedAndForked() throws Exception {
        served.deploy("moved", source("reserve", "ship"));
        String id = served.waiting("moved");
        served.deploy("moved", source("reserve", "send"));
        served.deploy("moved", source("book", "ship"));
        Ran refused = served.run("executions", id, "--move", "3");
        assertEquals(1, refused.status());
        assertTrue(refused.err().startsWith("""
                error: Not possible in its state (409, invalid_state)
                  Version v3 does not do again what was done: call 0 was step reserve {"n":1}, and is step book {"n":1}
                  at main.star:5
                """), refused::toString);
        assertTrue(served.json("executions", id, "--move", "2", "--dry-run")
                .get("dryRun")
                .booleanValue());
        assertEquals(1, served.json("executions", id).get("version").intValue(), "a dry run moves nothing");
        assertEquals(
                2, served.json("executions", id, "--move", "2").get("version").intValue());
        assertTrue(signalled(id).out().contains("\"last\":\"send\""));
        assertEquals(new Ran(0, "v2 does what it did\n", ""), served.run("executions", id, "--compare", "2"));
        Ran other = served.run("executions", id, "--compare", "1");
        assertEquals(1, other.status());
        assertTrue(
                other.out().startsWith("step 2, main.star:7\tstep send {\"n\":2}\tstep ship {\"n\":2}\n"),
                other::toString);
        JsonNode json = Screen.JSON.readTree(
                served.run("executions", id, "--compare", "1", "--json").out());
        assertFalse(json.get("same").booleanValue());

        assertTrue(served.json("executions", id, "--fork", "send", "--version", "1", "--dry-run")
                .get("dryRun")
                .booleanValue());
        JsonNode fork = served.json("executions", id, "--fork", "send", "--version", "1");
        assertEquals(id, fork.get("forkOf").stringValue());
        String forked = fork.get("executionId").stringValue();
        assertTrue(served.run("executions", forked, "--wait").out().contains("\"last\":\"ship\""));
    }
}
