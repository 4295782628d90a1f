package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import tools.jackson.databind.JsonNode;

/** Starlark that is held and goes on line by line, on a server that is really there. */
@Timeout(300)
@ResourceLock("dovetail.home")
final class DebugTest {
    private static final String EVENT = "gts.x.core.faas.event.v1~test.go.v1~";
    private static final String SOURCE = """
            def double(ctx, n):
                doubled = n * 2
                return doubled

            def main(ctx, input):
                ctx.await(ctx.events.wait("%s"))
                total = 1
                # three times
                for i in range(3):
                    total = double(ctx, total)
                my_token = "t-1"
                return {"total": total}
            """.formatted(EVENT);

    @TempDir
    private static Path folder;

    private static Served served;

    @BeforeAll
    static void start() throws Exception {
        served = Served.in(folder);
        served.deploy("held", SOURCE);
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    private static JsonNode debug(String id, String... more) {
        String[] all = new String[more.length + 2];
        all[0] = "debug";
        all[1] = id;
        System.arraycopy(more, 0, all, 2, more.length);
        return served.json(all).path("debug");
    }

    private static int line(JsonNode debug) {
        assertTrue(debug.path("held").booleanValue(false), debug::toString);
        return debug.at("/location/line").intValue();
    }

    private static void go(String id) {
        assertEquals(0, served.run("executions", id, "--signal", EVENT).status());
    }

    @Test
    void codeIsHeldShowsItsVariablesAndGoesOnLineByLine() throws Exception {
        String id = served.waiting("held");
        assertEquals(6, debug(id).at("/location/line").intValue());
        assertEquals(new Ran(0, "10\tany\n", ""), served.run("debug", id, "--break", "10"));
        go(id);
        JsonNode held = debug(id, "--wait");
        assertEquals(10, line(held));
        assertEquals(1, held.at("/locals/total").intValue());
        JsonNode called = debug(id, "--step-into");
        assertEquals(2, line(called));
        assertEquals(1, called.at("/locals/n").intValue());
        assertEquals(0, debug(id, "--frame", "1").at("/locals/i").intValue());
        assertEquals(3, line(debug(id, "--step")));
        assertEquals(10, line(debug(id, "--step-out")), "what called it, in the next round");
        assertEquals(10, line(debug(id, "--continue", "--wait")));
        assertEquals(new Ran(0, "It is held nowhere any more\n", ""), served.run("debug", id, "--clear"));
        assertEquals(new Ran(0, "", "It is held nowhere\n"), served.run("debug", id, "--breakpoints"));
        assertEquals(12, line(debug(id, "--break", "main.star:12", "--continue", "--wait")));
        assertEquals("***", debug(id).at("/locals/my_token").stringValue());
        assertEquals("t-1", debug(id, "--unmasked").at("/locals/my_token").stringValue());
        assertEquals(new Ran(0, "It goes on\n", ""), served.run("debug", id, "--continue"));
        assertEquals("{\"total\":8}\n", served.run("executions", id, "--wait").out());
        assertTrue(debug(id, "--wait").isNull(), "what has ended stands nowhere");
        Ran over = served.run("debug", id, "--step");
        assertEquals(1, over.status());
        assertTrue(over.err().contains("The execution has ended"), over::toString);
    }

    @Test
    void aWorkflowIsHeldAtGatesAndGoesOnWithWhatIsSaid() throws Exception {
        served.deploy("gated", """
                def charge(ctx, n):
                    return n

                def main(ctx, input):
                    ctx.await(ctx.events.wait("%s"))
                    return {"paid": ctx.steps.run("charge", charge, 12).value}
                """.formatted(EVENT));
        String id = served.waiting("gated");
        assertEquals(new Ran(0, "", "It has no gates\n"), served.run("debug", id, "--gates"));
        Ran set = served.run("debug", id, "--gate", "after:charge", "--gate", "before:never");
        assertEquals(0, set.status(), set::toString);
        assertTrue(set.out().contains("\tafter:charge\twaiting-for\t"), set::toString);
        JsonNode never = served.json("debug", id, "--gates", "--json").at("/items/1");
        Ran removed = served.run("debug", id, "--remove", never.get("id").stringValue());
        assertEquals(1, removed.out().lines().count(), removed::toString);
        go(id);
        JsonNode held = Eventually.found(
                "the gate to hold",
                Duration.ofSeconds(30),
                () -> Optional.of(served.json("debug", id, "--gates", "--json").at("/items/0"))
                        .filter(gate -> gate.get("state").stringValue().equals("held")));
        String gate = held.get("id").stringValue();
        Ran shown = served.run("executions", id);
        assertTrue(shown.out().contains("/gates/" + gate + "/release"), shown::toString);
        Ran released = served.run("debug", id, "--release", gate, "--output", "99");
        assertTrue(released.out().startsWith(gate + "\tafter:charge\treleased\t"), released::toString);
        assertEquals("{\"paid\":99}\n", served.run("executions", id, "--wait").out());
        Ran again = served.run("debug", id, "--release", gate);
        assertEquals(1, again.status(), again::toString);
        assertEquals(2, served.run("debug", id, "--gate", "charge").status());
        assertEquals(2, served.run("debug", id, "--output", "1").status());
        assertEquals(2, served.run("debug", id, "--gates", "--wait").status());
    }

    @Test
    void onATerminalTheLinesAreShownWithWhatCanBeDoneNext() throws Exception {
        String id = served.waiting("held");
        Ran waits = served.onTerminal("debug", id);
        assertTrue(plain(waits.out()).startsWith("suspended at main.star:6, held v1\n"), waits::toString);
        assertTrue(plain(waits.err()).contains("dovetail debug " + id + " --break LINE --wait"), waits::toString);
        served.run("debug", id, "--break", "2");
        go(id);
        Ran held = served.onTerminal("debug", id, "--wait");
        assertEquals("""
                held at main.star:2 in double, held v1
                  1 | def double(ctx, n):
                  2 |     doubled = n * 2
                    |     ^^^^^^^^^^^^^^^
                  called by main.star:10 in main
                n  1
                """, plain(held.out()).replaceAll("(?m)^ctx .*\n", "").replaceAll("n {2,}1", "n  1"));
        assertTrue(plain(held.err()).contains("--step-into, --step-out, --continue"), held::toString);
        Ran ended = served.onTerminal("debug", id, "--clear", "--continue", "--wait");
        assertEquals("It has ended: succeeded\n", plain(ended.out()));
    }

    private static String plain(String shown) {
        return shown.replaceAll("\u001b\\[[0-9]+m", "");
    }

    @Test
    void aLineAtWhichNothingIsEverHeldIsToldOf() throws Exception {
        String id = served.waiting("held");
        Ran ran = served.run("debug", id, "--break", "8", "--break", "7");
        assertEquals(0, ran.status());
        assertEquals("warning: never held at line 8: there is no code in line 8 of main.star\n", ran.err());
        assertEquals(2, ran.out().lines().count(), "they are set all the same");
        Ran none = served.run("debug", id, "--break", "99");
        assertEquals(1, none.status());
        assertTrue(none.err().contains("expected a line of the code; the last one is 12, but was 99"), none::toString);
        assertEquals(1, served.run("debug", "nobody").status());
    }
}
