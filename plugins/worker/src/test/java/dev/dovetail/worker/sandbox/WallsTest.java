package dev.dovetail.worker.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.worker.sandbox.Yard.Done;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What code sees of the machine from inside a cell. */
@Tag("RT-25")
@Tag("RT-30")
@Needs({Need.BUBBLEWRAP, Need.CONTROL_GROUPS, Need.ROOT, Need.SHELL, Need.PYTHON})
class WallsTest {
    private static Yard yard;

    @BeforeAll
    static void open() throws Exception {
        yard = Yard.strict();
    }

    @AfterAll
    static void close() {
        if (yard != null) {
            yard.close();
        }
    }

    @Test
    void nothingIsMissingForTheStrictestLevel() {
        assertEquals(Isolation.STRICT, yard.sandbox.level());
        assertEquals(List.of(), yard.sandbox.lacks());
    }

    @Test
    void onlyThePlansEnvironmentIsThere() throws Exception {
        Done done =
                yard.run(Yard.program("/usr/bin/env").environment(Map.of("A", "it's $HOME\n`id`", "LD_PRELOAD", "")));
        assertEquals("", done.errors());
        assertTrue(done.output().contains("A=it's $HOME\n`id`\n"), done.output());
        assertEquals(3, done.output().lines().count(), done.output());
        assertEquals(new Cell.End(0, false, "ended with status 0"), done.end());
    }

    @Test
    void theMachinesSecretsAndProcessesAreOutOfSight() throws Exception {
        Done done = yard.run(Yard.shell("""
                cat /etc/shadow; ls /root /home /var /boot /sys /run; cat /proc/%d/cmdline
                for p in /proc/[0-9]*; do echo "process $p"; done
                ls -a /; id -u; cat /etc/passwd
                """.formatted(ProcessHandle.current().pid())));
        assertTrue(done.errors().contains("/etc/shadow: No such file"), done.errors());
        assertTrue(done.errors().contains("/root"), done.errors());
        assertTrue(
                done.output().lines().filter(line -> line.startsWith("process")).count() <= 3, done.output());
        assertFalse(done.output().contains("java"), done.output());
        assertTrue(done.output().contains("function:x:19"), done.output());
    }
}
