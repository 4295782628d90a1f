package dev.dovetail.worker.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.worker.sandbox.Yard.Done;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What code may use of the machine. */
@Tag("RT-25")
@Tag("FH-07")
@Needs({Need.BUBBLEWRAP, Need.CONTROL_GROUPS, Need.ROOT, Need.SHELL, Need.PYTHON})
class BoundsTest {
    private static final long MEBIBYTE = 1 << 20;
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                // in the heap
                "x = bytearray(400 << 20)\nx[::4096] = bytes(len(x[::4096]))",
                // in memory that processes share
                "import mmap\nm = mmap.mmap(-1, 400 << 20)\nfor i in range(0, 400 << 20, 4096): m[i] = 1",
                // in files that lie in memory
                "f = open('/tmp/x', 'wb')\nfor i in range(400): f.write(bytes(1 << 20))",
                "f = open('/dev/shm/x', 'wb')\nfor i in range(400): f.write(bytes(1 << 20))",
                // in a file that has no name
                "import os\nf = os.memfd_create('x')\nfor i in range(400): os.write(f, bytes(1 << 20))",
                // in many processes, each of them small
                """
                import os, time
                for i in range(30):
                    if os.fork() == 0:
                        x = b'x' * (16 << 20); time.sleep(10); os._exit(0)
                for i in range(30):
                    if os.waitstatus_to_exitcode(os.wait()[1]) != 0: os.kill(os.getpid(), 9)
                """
            })
    @Tag("NF-22")
    void whoNeedsMoreMemoryThanThereIsIsKilled(String bomb) throws Exception {
        Done done = yard.run(Yard.program("/usr/bin/python3", "-c", bomb)
                .memory(128 * MEBIBYTE)
                .temporary(1024 * MEBIBYTE));
        assertTrue(done.end().memory(), done.end() + done.errors());
        assertTrue(
                done.end().said().contains(Long.toString(128 * MEBIBYTE)),
                done.end().said());
    }

    @Test
    @Tag("NF-22")
    void whoStaysWithinHasItAll() throws Exception {
        Done done = yard.run(Yard.program("/usr/bin/python3", "-c", "x = bytes(b'x') * (80 << 20); print(len(x))")
                .memory(128 * MEBIBYTE));
        assertEquals((80 << 20) + "\n", done.output(), done.errors());
        assertEquals(new Cell.End(0, false, "ended with status 0"), done.end());
    }

    @Test
    void temporaryFilesHaveASize() throws Exception {
        Done done = yard.run(Yard.program("/usr/bin/python3", "-c", """
                for folder in ('/tmp', '/dev/shm'):
                    try:
                        with open(folder + '/a', 'wb') as f:
                            for i in range(6): f.write(bytes(1 << 20))
                        with open(folder + '/b', 'wb') as f:
                            for i in range(6): f.write(bytes(1 << 20))
                    except OSError as e:
                        print(folder, e.strerror)
                """).temporary(8 * MEBIBYTE));
        assertEquals("/tmp No space left on device\n/dev/shm No space left on device\n", done.output(), done.errors());
    }

    @Test
    void aForkBombStaysWithinItsNumber() throws Exception {
        Done done = yard.run(Yard.program("/usr/bin/python3", "-c", """
                import os, time
                made = 0
                try:
                    while made < 500:
                        if os.fork() == 0:
                            time.sleep(60); os._exit(0)
                        made += 1
                except BlockingIOError as e:
                    print(made)
                """).processes(20));
        assertEquals("19\n", done.output(), done.errors());
    }

    @Test
    void aForkBombThatNeverStopsIsEnded() throws Exception {
        long before = System.nanoTime();
        Cell cell = yard.sandbox.start(
                Yard.shell("b() { b | b & b; }; echo begun; b").processes(200).plan());
        assertEquals("begun", Yard.line(cell));
        cell.close();
        assertFalse(cell.alive());
        assertTrue(System.nanoTime() - before < TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    void openFilesAreCounted() throws Exception {
        Done done = yard.run(Yard.program("/usr/bin/python3", "-c", """
                opened = []
                try:
                    while True: opened.append(open('/dev/null'))
                except OSError as e: print(len(opened) + 3 <= 50, e.strerror)
                """).files(50));
        assertEquals("True Too many open files\n", done.output(), done.errors());
    }

    @Test
    void aCrashLeavesNoCoreAndSaysItsSignal() throws Exception {
        Path work = Files.createTempDirectory(yard.workshop.home(), "work");
        Done done = yard.run(Yard.shell("cd /work; kill -SEGV $$").mount(work, "/work", true));
        assertEquals(new Cell.End(139, false, "was killed by signal 11 (SIGSEGV)"), done.end());
        try (var files = Files.list(work)) {
            assertEquals(List.of(), files.toList());
        }
    }

    /** Two loops want all of one processor: who has four times the memory has four times as much of it. */
    @Test
    @Tag("RT-28")
    @Tag("RT-30")
    void theProcessorsAreSharedInProportionToMemoryOnceReady() throws Exception {
        // by what the large one used and not by the clock: others on the same processor take from both alike
        String loop = """
                import os, select, sys, time
                os.sched_setaffinity(0, {0})
                most = float(sys.argv[1])
                print('ready', flush=True); sys.stdin.readline()
                while time.process_time() < most and not select.select([sys.stdin], [], [], 0)[0]: pass
                print(time.process_time(), flush=True)
                """;
        Yard.Plan small = Yard.program("/usr/bin/python3", "-c", loop, "1000").memory(256 * MEBIBYTE);
        Yard.Plan large = Yard.program("/usr/bin/python3", "-c", loop, "1.5").memory(1024 * MEBIBYTE);
        try (Cell a = yard.sandbox.start(small.plan());
                Cell b = yard.sandbox.start(large.plan())) {
            for (Cell cell : List.of(a, b)) {
                assertEquals("ready", Yard.line(cell));
                cell.ready();
            }
            for (Cell cell : List.of(a, b)) {
                cell.input().write('\n');
                cell.input().flush();
            }
            double ofB = Double.parseDouble(Yard.line(b));
            a.input().write('\n');
            a.input().flush();
            double ofA = Double.parseDouble(Yard.line(a));
            assertTrue(ofB / ofA > 2.5 && ofB / ofA < 6, "the small one used " + ofA + " s, the large one " + ofB);
            a.ended().get(10, TimeUnit.SECONDS);
            assertTrue(a.used().cpu().toMillis() >= 100, a.used().toString());
            assertTrue(a.used().peakBytes().orElse(0L) > MEBIBYTE, a.used().toString());
        }
    }

    @Test
    @Tag("RT-28")
    void aHardQuotaHoldsWhenTheMachineIsIdleToo() throws Exception {
        SandboxSettings settings = new SandboxSettings(
                SandboxSettings.DEFAULTS.atMost(),
                "bwrap",
                1_800_000_000,
                1000,
                1024 * MEBIBYTE,
                true,
                SandboxSettings.DEFAULTS.network());
        try (Yard strict = new Yard(settings);
                Cell cell = strict.sandbox.start(Yard.program("/usr/bin/python3", "-c", """
                        import sys, time
                        print('ready', flush=True); sys.stdin.readline()
                        begun = time.process_time(); until = time.time() + 1
                        while time.time() < until: pass
                        print(time.process_time() - begun)
                        """)
                        .memory(256 * MEBIBYTE)
                        .plan())) {
            assertEquals("ready", Yard.line(cell));
            cell.ready();
            cell.input().write('\n');
            cell.input().flush();
            double used = Double.parseDouble(Yard.line(cell));
            assertTrue(used < 0.4, "a quarter of a processor for a second, and used " + used);
        }
    }

    @Test
    void whatACellHasUsedIsKnownAfterItIsClosed() throws Exception {
        Cell cell = yard.sandbox.start(Yard.program("/usr/bin/python3", "-c", "x = sum(range(5_000_000))")
                .plan());
        Yard.finish(cell);
        cell.close();
        assertTrue(cell.used().cpu().toMillis() >= 20, cell.used().toString());
        assertTrue(cell.used().peakBytes().orElse(0L) > MEBIBYTE, cell.used().toString());
    }

    @Test
    void theUsersOfCellsAreNotTheMachines() throws Exception {
        String a = yard.run(Yard.program("/usr/bin/id", "-u")).output();
        String b = yard.run(Yard.program("/usr/bin/id", "-u").environment(Map.of()))
                .output();
        assertTrue(Long.parseLong(a.strip()) >= SandboxSettings.DEFAULTS.firstUser());
        assertFalse(a.equals(b), a);
    }
}
