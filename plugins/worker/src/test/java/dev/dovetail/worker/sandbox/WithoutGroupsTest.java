package dev.dovetail.worker.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.Workshop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds where the machine has no control groups: limits of each process, and a watchdog. */
@Tag("FH-07")
@Needs({Need.ROOT, Need.SHELL, Need.PYTHON, Need.PROC})
class WithoutGroupsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String BOMB = """
            import os, time
            for i in range(8):
                if os.fork() == 0:
                    x = b'x' * (24 << 20); time.sleep(60); os._exit(0)
            time.sleep(60)
            """;

    /** The watchdog looks until the cell has ended. */
    private static Cell.End watched(RunningCell cell) throws Exception {
        Waiting.until(
                () -> {
                    ((Family) cell.hold()).watch(ProcessTable.now());
                    return cell.ended().isDone();
                },
                Duration.ofSeconds(30));
        return cell.ended().get(10, TimeUnit.SECONDS);
    }

    private static Optional<Walls> walls(Workshop workshop, boolean ownUser) throws Exception {
        Path inside = workshop.scratch().resolve("etc");
        Etc etc = ownUser ? Etc.shown(Path.of("/etc"), inside) : Etc.copied(Path.of("/etc"), inside);
        Optional<Path> setpriv = ownUser ? Optional.of(Path.of("/usr/bin/setpriv")) : Optional.empty();
        return Optional.of(new Walls(Path.of("/usr/bin/bwrap"), setpriv, Optional.empty(), etc));
    }

    private static CellMaker maker(Workshop workshop, Spawner spawner, Optional<Walls> walls) {
        return new CellMaker(
                new CellMaker.Means(
                        SandboxSettings.DEFAULTS, spawner, workshop.scratch(), workshop.threads(), Optional.empty()),
                walls,
                Optional.empty());
    }

    @Test
    void whoNeedsMoreMemoryThanThereIsIsKilledWithAllItStarted() throws Exception {
        try (Workshop workshop = new Workshop();
                Spawner spawner = new Spawner(workshop.threads(0));
                RunningCell cell = maker(workshop, spawner, Optional.empty())
                        .make(Yard.program("/usr/bin/python3", "-c", BOMB).plan())) {
            Cell.End end = watched(cell);
            assertTrue(end.memory(), end.said());
            assertTrue(
                    cell.used().peakBytes().orElse(0L) > 128 << 20, cell.used().toString());
        }
    }

    @Test
    void whoStartsMoreProcessesThanItMayIsKilledWithThem() throws Exception {
        try (Workshop workshop = new Workshop();
                Spawner spawner = new Spawner(workshop.threads(0));
                RunningCell cell = maker(workshop, spawner, Optional.empty())
                        .make(Yard.shell("for i in 1 2 3 4 5 6 7 8; do sleep 1000 & done; wait")
                                .processes(5)
                                .plan())) {
            Cell.End end = watched(cell);
            assertEquals(new Cell.End(137, false, "was killed: it had more than its 5 processes"), end);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Needs({Need.ROOT, Need.SHELL, Need.PYTHON, Need.PROC, Need.BUBBLEWRAP})
    void insideOfWallsToo(boolean ownUser) throws Exception {
        try (Workshop workshop = new Workshop();
                Spawner spawner = new Spawner(workshop.threads(0));
                RunningCell cell = maker(workshop, spawner, walls(workshop, ownUser))
                        .make(Yard.program("/usr/bin/python3", "-c", BOMB).plan())) {
            Cell.End end = watched(cell);
            assertTrue(end.memory(), end.said());
        }
    }

    @Test
    void oneProcessThatTakesALotAtOnceIsRefusedIt() throws Exception {
        try (Workshop workshop = new Workshop();
                Spawner spawner = new Spawner(workshop.threads(0));
                RunningCell cell = maker(workshop, spawner, walls(workshop, true))
                        .make(Yard.program("/usr/bin/python3", "-c", "x = bytearray(1 << 30)")
                                .plan())) {
            Yard.Done done = Yard.finish(cell);
            assertTrue(done.errors().contains("MemoryError"), done.errors());
        }
    }

    @Test
    @Needs({Need.ROOT, Need.SHELL, Need.PYTHON, Need.PROC, Need.BUBBLEWRAP})
    void processesAreCountedForEachCellsUser() throws Exception {
        try (Workshop workshop = new Workshop();
                Spawner spawner = new Spawner(workshop.threads(0));
                RunningCell cell = maker(workshop, spawner, walls(workshop, true))
                        .make(Yard.program("/usr/bin/python3", "-c", """
                                import os, time
                                made = 0
                                try:
                                    while made < 100:
                                        if os.fork() == 0: time.sleep(60); os._exit(0)
                                        made += 1
                                except BlockingIOError: print(made <= 12)
                                """)
                                .processes(10)
                                .plan())) {
            assertEquals("True\n", Yard.line(cell) + "\n");
        }
    }

    @Test
    void whoeverLeavesItsParentsIsFoundByItsMark() throws Exception {
        try (Workshop workshop = new Workshop();
                Spawner spawner = new Spawner(workshop.threads(0))) {
            RunningCell cell = maker(workshop, spawner, Optional.empty())
                    .make(Yard.shell("(setsid sh -c 'sleep 1000.25 & echo $!; wait' &); sleep 0.01; read x")
                            .environment(Map.of("PATH", "/usr/bin:/bin"))
                            .plan());
            long pid = Long.parseLong(Yard.line(cell));
            List<Long> before = List.copyOf(ProcessTable.now().rows().keySet());
            assertTrue(before.contains(pid));
            cell.close();
            assertTrue(!ProcessTable.now().rows().containsKey(pid));
        }
    }

    @Test
    void whatTheCodeOfADeadKernelStartedIsEndedAndThatOfALivingOneIsNot() throws Exception {
        Process dead = new ProcessBuilder("/bin/true").start();
        long begun = ProcessTable.start(dead.pid());
        dead.waitFor();
        ProcessBuilder left = new ProcessBuilder("sleep", "1000.75");
        left.environment().put(Family.MARK, dead.pid() + "-" + begun + "/x");
        ProcessBuilder strange = new ProcessBuilder("sleep", "1000.75");
        strange.environment().put(Family.MARK, "somebody's own");
        Process orphan = left.start();
        Process bystander = strange.start();
        try (Workshop workshop = new Workshop();
                Spawner spawner = new Spawner(workshop.threads(0));
                RunningCell cell = maker(workshop, spawner, Optional.empty())
                        .make(Yard.shell("(setsid sleep 1000.75 &); echo begun; exec sleep 1000.75")
                                .plan())) {
            assertEquals("begun", Yard.line(cell));
            assertTrue(Waiting.until(() -> marked().size() == 2, PATIENCE), () -> "marked: " + marked());
            Set<Long> living = marked();
            assertTrue(
                    Waiting.until(
                            () -> {
                                Orphans.end();
                                return !orphan.isAlive();
                            },
                            PATIENCE),
                    "it shows its mark once it has become another program");
            assertEquals(living, marked());
            assertTrue(bystander.isAlive());
        } finally {
            orphan.destroyForcibly();
            bystander.destroyForcibly();
        }
    }

    /** The processes of this kernel's cells. */
    private static Set<Long> marked() {
        return ProcessTable.now().rows().keySet().stream()
                .filter(pid ->
                        ProcessTable.environment(pid).orElse("").contains(Family.MARK + "=" + Orphans.kernel() + "/"))
                .collect(Collectors.toSet());
    }
}
