package dev.dovetail.worker.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Launch.Egress;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.Workshop;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Needs({Need.SHELL, Need.PROC})
class PlainCellTest {
    private static CellPlan shell(String script, Isolation atLeast) {
        return new CellPlan(
                List.of("/bin/sh", "-c", script),
                Map.of("PATH", "/usr/bin:/bin", "WHO", "me"),
                Path.of("/"),
                List.of(),
                64 << 20,
                16 << 20,
                64,
                64,
                Egress.NONE,
                atLeast);
    }

    @Test
    @Tag("SC-11")
    void aProgramRunsWithItsOwnEnvironmentOnly() throws Exception {
        try (Workshop workshop = new Workshop();
                Sandbox sandbox = Sandbox.open(SandboxSettings.DEFAULTS.atMost(Isolation.PROCESS), workshop);
                Cell cell =
                        sandbox.start(shell("echo $WHO; echo ${HOME-none}; ulimit -n; exit 3", Isolation.PROCESS))) {
            assertEquals("me\nnone\n64\n", new String(cell.output().readAllBytes()));
            assertEquals(
                    new Cell.End(3, false, "ended with status 3"), cell.ended().get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void whoAsksForMoreThanThereIsIsRefused() throws Exception {
        try (Workshop workshop = new Workshop();
                Sandbox sandbox = Sandbox.open(SandboxSettings.DEFAULTS.atMost(Isolation.PROCESS), workshop)) {
            PluginException refused =
                    assertThrows(PluginException.class, () -> sandbox.start(shell("true", Isolation.STRICT)));
            assertEquals(PluginException.Kind.REJECTED, refused.kind());
        }
    }

    @RepeatedTest(
            20) // closed while the one left behind turns from a shell into a sleeper, at the latest in one of these
    void whatAProgramLeftBehindIsGoneAfterClosing() throws Exception {
        try (Workshop workshop = new Workshop();
                Sandbox sandbox = Sandbox.open(SandboxSettings.DEFAULTS.atMost(Isolation.PROCESS), workshop)) {
            Cell cell = sandbox.start(shell("(sleep 1000 & echo $!); exec sleep 1000", Isolation.PROCESS));
            long pid = Long.parseLong(readLine(cell));
            assertTrue(ProcessTable.now().rows().containsKey(pid));
            cell.close();
            assertFalse(ProcessTable.now().rows().containsKey(pid));
            assertFalse(cell.alive());
            assertTrue(cell.ended().get().said().contains("SIGKILL"));
        }
    }

    private static String readLine(Cell cell) throws Exception {
        StringBuilder line = new StringBuilder();
        for (int c = cell.output().read(); c != '\n'; c = cell.output().read()) {
            line.append((char) c);
        }
        return line.toString();
    }
}
