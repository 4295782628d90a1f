package dev.dovetail.executor.python;

import static dev.dovetail.executor.python.Forks.ECHO;
import static dev.dovetail.executor.python.Forks.ON;
import static dev.dovetail.executor.python.Forks.PATIENCE;
import static dev.dovetail.executor.python.Forks.call;
import static dev.dovetail.executor.python.Forks.closed;
import static dev.dovetail.executor.python.Forks.stages;
import static dev.dovetail.executor.python.Forks.workers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.spi.executor.Prestarts;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The processes that instances are forked of: which code has one, and how long it is kept. */
@Needs({Need.PYTHON, Need.BUBBLEWRAP, Need.CONTROL_GROUPS})
@Tag("SL-08")
final class ForkServersTest {
    @Test
    void codeThatCannotBeForkedIsStartedAfreshAndTheLogSaysWhy() throws Exception {
        Map<String, String> unfit = Map.of(
                "it has 2 threads",
                "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n",
                "it keeps socket:",
                "import socket\nkept = socket.socket()\n",
                "it keeps /usr/bin/env open",
                "kept = open('/usr/bin/env')\n",
                "it has started a process",
                "import subprocess\nkept = subprocess.Popen(['/bin/sleep', '1000'])\n");
        try (TestBench bench = Benches.open(ON)) {
            for (Map.Entry<String, String> each : unfit.entrySet()) {
                Launch launch = bench.launch("main.py", each.getValue() + ECHO);
                try (Instance one = bench.executor().start(launch);
                        Instance two = bench.executor().start(launch)) {
                    assertEquals(List.of("sandbox", "start", "load"), stages(one));
                    assertEquals(List.of("sandbox", "start", "load"), stages(two));
                    assertEquals("1", call(one, "1"));
                    assertEquals("2", call(two, "2"));
                    assertNotEquals("", each.getKey());
                    assertTrue(
                            bench.lines().texts().getLast().contains("after loading, " + each.getKey()),
                            bench.lines().texts()::toString);
                }
            }
        }
    }

    @Test
    void whoKillsTheProcessTheyAreForkedOfEndsAllOfThemAndTheNextStartsAgain() throws Exception {
        String source = "import os, time\n"
                + "def handler(event, context):\n"
                + "    if event:\n        os.kill(os.getppid(), 9)\n        time.sleep(1000)\n"
                + "    return os.getpid()\n";
        try (TestBench bench = Benches.open(ON)) {
            Launch launch = bench.launch("main.py", source);
            Instance one = bench.executor().start(launch);
            Instance other = bench.executor().start(launch);
            String said = TestBench.text(
                    Call.of(one, Samples.invocation("true"), new FakeHost()).outcome(PATIENCE));
            assertTrue(said.startsWith("crashed FUNCTION The worker"), said);
            Eventually.holds("the other one has ended", () -> !other.usable());
            one.close();
            other.close();
            try (Instance next = bench.executor().start(launch)) {
                assertTrue(Integer.parseInt(call(next, "false")) > 0);
            }
        }
    }

    @Test
    void itIsKeptForTheNextInstanceAndEndedWhenItsTimeIsUpAndWithTheExecutor() throws Exception {
        long before = workers();
        try (TestBench bench =
                Benches.open(Map.of("isolation-at-most", "strict", "fork-servers", 2, "fork-servers-kept", "PT0.3S"))) {
            Launch launch = bench.launch("main.py", ECHO);
            try (Instance one = bench.executor().start(launch)) {
                assertEquals("1", call(one, "1"));
                assertTrue(workers() > before + 1);
            }
            Eventually.holds("the process that was forked of is gone", () -> workers() == before);
            try (Instance again = bench.executor().start(launch)) {
                assertEquals(List.of("sandbox", "start", "load", "fork", "load"), stages(again));
            }
        }
        assertEquals(before, workers());
    }

    @Test
    void noMoreAreKeptThanAllowedAndTheOneThatWasNotNeededForLongestGoes() throws Exception {
        try (TestBench bench = Benches.open(ON)) {
            List<Launch> launches = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                launches.add(bench.launch("main.py", ECHO + "number = " + i + "\n"));
            }
            for (Launch launch : launches) {
                bench.executor().start(launch).close();
            }
            assertEquals(List.of("fork", "load"), stages(closed(bench.executor().start(launches.get(2)))));
            assertEquals(List.of("fork", "load"), stages(closed(bench.executor().start(launches.get(1)))));
            try (Instance one = bench.executor().start(launches.get(2));
                    Instance two = bench.executor().start(launches.get(1));
                    Instance three = bench.executor().start(launches.get(0))) {
                // those that instances live of are not ended
                assertEquals(List.of("sandbox", "start", "load"), stages(three));
                assertEquals("[\"a\"]", call(one, "[\"a\"]"));
                assertEquals("2", call(two, "2"));
            }
        }
    }

    @Test
    void aBlankBecomesWhatOthersAreForkedOf() throws Exception {
        try (TestBench bench = Benches.open(ON)) {
            Launch launch = bench.launch("main.py", ECHO);
            Prestarts prestarts = (Prestarts) bench.executor();
            Prestarts.Blank blank = prestarts.prestart(launch.runtime(), launch.limits(), Isolation.PROCESS);
            Prestarts.Blank spare = prestarts.prestart(launch.runtime(), launch.limits(), Isolation.PROCESS);
            try (Instance one = prestarts.start(launch, blank);
                    Instance two = prestarts.start(launch, spare)) {
                assertEquals(List.of("load", "fork", "load"), stages(one));
                assertEquals(List.of("fork", "load"), stages(two));
                assertEquals("1", call(one, "1"));
                assertEquals("2", call(two, "2"));
            }
        }
    }

    @Test
    void codeThatCannotBeLoadedIsRefusedEachTime() throws Exception {
        try (TestBench bench = Benches.open(ON)) {
            Launch launch = bench.launch("main.py", "import nothing_like_this\n" + ECHO);
            for (int i = 0; i < 2; i++) {
                PluginException thrown = assertThrows(
                        PluginException.class, () -> bench.executor().start(launch));
                assertEquals(PluginException.Kind.REJECTED, thrown.kind());
                assertTrue(thrown.getMessage().contains("nothing_like_this"), thrown.getMessage());
            }
        }
    }
}
