package dev.dovetail.worker.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.Workshop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cells end, and with them all that they were on the machine. */
@Tag("RT-25")
@Needs({Need.BUBBLEWRAP, Need.CONTROL_GROUPS, Need.ROOT, Need.SHELL})
class NothingLeftTest {
    private static final int MANY = 50;
    private static final String SLEEP = Yard.SLEEP;

    /** What cells would leave: groups, mounts, files, processes. */
    private static Set<String> traces(Path scratch) throws IOException {
        Set<String> traces = new TreeSet<>();
        String kernel = "dovetail/" + ProcessHandle.current().pid() + "-";
        Hierarchies hierarchies = Hierarchies.read(Path.of("/proc/self"));
        for (String controller : List.of("memory", "pids", "cpu", "cpuacct", "")) {
            if (hierarchies.has(controller)) {
                try (Stream<Path> all = Files.walk(hierarchies.own(controller), 3)) {
                    all.map(Path::toString)
                            .filter(path -> path.contains(kernel))
                            .forEach(traces::add);
                }
            }
        }
        Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .filter(mount -> mount.contains(scratch.toString())) // others mount and unmount meanwhile
                .forEach(traces::add);
        try (Stream<Path> all = Files.walk(scratch)) {
            all.map(Path::toString).filter(path -> path.contains("cell-")).forEach(traces::add);
        }
        traces.addAll(sleepers());
        return traces;
    }

    private static Set<String> sleepers() {
        Set<String> found = new TreeSet<>();
        for (long pid : ProcessTable.now().rows().keySet()) {
            try {
                String words =
                        Files.readString(Path.of("/proc/" + pid + "/cmdline")).replace('\0', ' ');
                if (words.contains(SLEEP) && !words.contains(Keeper.class.getName())) {
                    found.add(pid + " " + words);
                }
            } catch (IOException e) {
                // it has ended
            }
        }
        return found;
    }

    @Test
    void fiftyCellsAtOnceLeaveNothing() throws Exception {
        try (Yard yard = Yard.strict();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Set<String> before = traces(yard.workshop.scratch());
            List<Future<Cell>> started = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                started.add(threads.submit(
                        () -> yard.sandbox.start(Yard.shell(SLEEP + " & (setsid " + SLEEP + " &); echo begun; " + SLEEP)
                                .plan())));
            }
            for (Future<Cell> each : started) {
                assertEquals("begun", Yard.line(each.get()));
            }
            assertTrue(sleepers().size() >= 3 * MANY);
            for (Future<Cell> each : started) {
                each.get().close();
                each.get().close();
                assertFalse(each.get().alive());
                assertEquals(137, each.get().ended().getNow(null).status());
            }
            assertEquals(before, traces(yard.workshop.scratch()));
        }
    }

    @Test
    void closingTheSandboxEndsWhatRunsAndRemovesItsGroups() throws Exception {
        try (Workshop workshop = new Workshop()) {
            Set<String> before = traces(workshop.scratch());
            Sandbox sandbox = Sandbox.open(SandboxSettings.DEFAULTS, workshop);
            Cell cell = sandbox.start(Yard.shell("echo begun; " + SLEEP).plan());
            assertEquals("begun", Yard.line(cell));
            sandbox.close();
            sandbox.close();
            assertFalse(cell.alive());
            assertEquals(before, traces(workshop.scratch()));
            PluginException late = assertThrows(
                    PluginException.class,
                    () -> sandbox.start(Yard.shell("true").plan()));
            assertEquals(PluginException.Kind.UNAVAILABLE, late.kind());
        }
    }

    @Test
    void aSandboxThatClosesTakesNothingFromOneThatOpens() throws Exception {
        try (Yard old = Yard.strict();
                Yard next = Yard.strict();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> swap = threads.submit(() -> {
                old.sandbox.close();
                return true;
            });
            for (int i = 0; i < 10; i++) {
                assertEquals("x\n", next.run(Yard.shell("echo x")).output());
            }
            assertTrue(swap.get());
        }
    }

    @Test
    void aCellThatIsClosedWhileItStartsLeavesNothing() throws Exception {
        try (Yard yard = Yard.strict()) {
            Set<String> before = traces(yard.workshop.scratch());
            for (int i = 0; i < 30; i++) {
                Cell cell = yard.sandbox.start(Yard.shell(SLEEP).plan());
                long until = System.nanoTime() + i * 300_000L; // at every moment of the start
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
                cell.close();
                assertEquals(before, traces(yard.workshop.scratch()), "closed after " + i * 300 + " µs");
            }
        }
    }

    @Test
    void whoeverIsInterruptedHasStartedNothing() throws Exception {
        try (Yard yard = Yard.strict()) {
            Set<String> before = traces(yard.workshop.scratch());
            Thread.currentThread().interrupt();
            assertThrows(
                    InterruptedException.class,
                    () -> yard.sandbox.start(Yard.shell(SLEEP).plan()));
            assertFalse(Thread.currentThread().isInterrupted());
            assertEquals(before, traces(yard.workshop.scratch()));
        }
    }

    @Test
    void cellsDieWithTheKernelAndTheNextOneRemovesTheirGroups(@TempDir Path folder) throws Exception {
        try (Keeper keeper = Keeper.start(folder.resolve("kernel"), List.of())) {
            assertEquals(Isolation.STRICT.name(), keeper.line());
            keeper.line();
            List<Long> pids =
                    Stream.of(keeper.line().split(" ")).map(Long::valueOf).toList();
            assertEquals(
                    pids.size(),
                    ProcessTable.now().rows().keySet().stream()
                            .filter(pids::contains)
                            .count());
            assertTrue(sleepers().size() >= 3 * pids.size(), sleepers().toString());
            keeper.process.destroyForcibly().waitFor();
            assertTrue(Waiting.until(() -> sleepers().isEmpty(), Duration.ofSeconds(1)), () -> "left: " + sleepers());
            assertTrue(leftovers(keeper).findAny().isPresent());
            Yard.strict().close();
            assertEquals(List.of(), leftovers(keeper).toList());
        }
    }

    private static Stream<Path> leftovers(Keeper keeper) throws IOException {
        Hierarchies hierarchies = Hierarchies.read(Path.of("/proc/self"));
        Path own = hierarchies.own(hierarchies.whole() ? "" : "memory").resolve(ControlGroups.FOLDER);
        if (!Files.isDirectory(own)) {
            return Stream.of();
        }
        try (Stream<Path> all = Files.list(own)) {
            return all
                    .filter(it -> it.getFileName().toString().startsWith(keeper.process.pid() + "-"))
                    .toList()
                    .stream();
        }
    }
}
