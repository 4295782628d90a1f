package dev.dovetail.executor.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.spi.executor.Prestarts;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Instances that are forked of one process that has loaded the code. */
@Needs({Need.PYTHON, Need.BUBBLEWRAP, Need.CONTROL_GROUPS})
@Tag("SL-08")
final class ForksTest {
    private static final Map<String, Object> ON = Map.of("isolation-at-most", "strict", "fork-servers", 2);
    private static final String ECHO = "def handler(event, context):\n    return event\n";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static String call(Instance instance, String input) {
        return Stand.text(instance.invoke(Samples.invocation(input), new FakeHost()));
    }

    private static List<String> stages(Instance instance) {
        return instance.stages().stream().map(Instance.Stage::name).toList();
    }

    private static void await(String what, BooleanSupplier met) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!met.getAsBoolean()) {
            assertTrue(System.nanoTime() < until, "not within " + PATIENCE + ": " + what);
            Thread.sleep(10);
        }
    }

    /** Processes of this one's descent that run a worker. */
    private static long workers() {
        return ProcessHandle.current()
                .descendants()
                .filter(each -> each.info()
                        .commandLine()
                        .filter(it -> it.contains("worker.py"))
                        .isPresent())
                .count();
    }

    @Test
    void theCodeIsLoadedOnceAndEveryInstanceIsAForkOfIt() throws Exception {
        String source = "print('loading')\nloaded = 0\n"
                + "def handler(event, context):\n    global loaded\n    loaded += 1\n    print('call', event)\n"
                + "    return loaded\n";
        try (Stand stand = Stand.open(ON)) {
            Launch launch = stand.launch("main.py", source);
            try (Instance one = stand.executor().start(launch);
                    Instance two = stand.executor().start(launch)) {
                assertEquals(List.of("sandbox", "start", "load", "fork", "load"), stages(one));
                assertEquals(List.of("fork", "load"), stages(two));
                assertEquals("1", call(one, "1"));
                assertEquals("2", call(one, "2"));
                assertEquals("1", call(two, "3"));
            }
            assertEquals(
                    List.of("loading", "call 1", "call 2", "call 3"),
                    stand.lines().texts());
        }
    }

    @Test
    void whatShouldDifferDiffers() throws Exception {
        String source = "import os, random, ssl, secrets, tempfile, uuid\n"
                + "random.seed(1)\nfirst = tempfile.gettempdir()\n"
                + "def handler(event, context):\n"
                + "    return [random.random(), uuid.uuid4().hex, str(uuid.uuid1()), secrets.token_hex(16),\n"
                + "            ssl.RAND_bytes(16).hex(), os.getpid(), tempfile.mkdtemp()]\n";
        try (Stand stand = Stand.open(ON)) {
            Launch launch = stand.launch("main.py", source);
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                try (Instance instance = stand.executor().start(launch)) {
                    String said = call(instance, "null");
                    for (String each : said.substring(1, said.length() - 1).split(",")) {
                        assertTrue(seen.add(each), each + " twice: " + said);
                    }
                }
            }
            assertEquals(35, seen.size());
        }
    }

    @Test
    void aForkHasNothingOpenThatOthersHaveAndNoWayToTheirKernelsEnd() throws Exception {
        String source = "import os\n"
                + "def handler(event, context):\n"
                + "    found = []\n"
                + "    for number in os.listdir('/proc/self/fd'):\n"
                + "        try: found.append(os.readlink('/proc/self/fd/' + number))\n"
                + "        except OSError: pass\n"
                + "    return sorted(each for each in found if each.startswith('socket'))\n";
        try (Stand stand = Stand.open(ON)) {
            Launch launch = stand.launch("main.py", source);
            try (Instance one = stand.executor().start(launch);
                    Instance two = stand.executor().start(launch)) {
                String first = call(one, "null");
                String second = call(two, "null");
                // its link and its two standard streams
                assertEquals(3, first.split(",").length, first);
                for (String each : second.replaceAll("[\\[\\]]", "").split(",")) {
                    assertFalse(first.contains(each), "shared: " + each);
                }
            }
        }
    }

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
        try (Stand stand = Stand.open(ON)) {
            for (Map.Entry<String, String> each : unfit.entrySet()) {
                Launch launch = stand.launch("main.py", each.getValue() + ECHO);
                try (Instance one = stand.executor().start(launch);
                        Instance two = stand.executor().start(launch)) {
                    assertEquals(List.of("sandbox", "start", "load"), stages(one));
                    assertEquals(List.of("sandbox", "start", "load"), stages(two));
                    assertEquals("1", call(one, "1"));
                    assertEquals("2", call(two, "2"));
                    assertNotEquals("", each.getKey());
                    assertTrue(
                            stand.lines().texts().getLast().contains("after loading, " + each.getKey()),
                            stand.lines().texts()::toString);
                }
            }
        }
    }

    @Test
    void eachForkHasTheMemoryAndTheProcessesOfAnInstance() throws Exception {
        String source = "import os, time\n"
                + "def handler(event, context):\n"
                + "    if event == 'memory':\n        held = []\n"
                + "        while True: held.append(b'x' * (1 << 20))\n"
                + "    if event == 'processes':\n"
                + "        made = 0\n"
                + "        try:\n"
                + "            while made < 1000:\n"
                + "                if os.fork() == 0: time.sleep(1000)\n"
                + "                made += 1\n"
                + "        except OSError: pass\n"
                + "        return made\n"
                + "    return event\n";
        try (Stand stand = Stand.open(ON)) {
            Launch launch = stand.launch("main.py", source);
            try (Instance greedy = stand.executor().start(launch);
                    Instance many = stand.executor().start(launch);
                    Instance modest = stand.executor().start(launch)) {
                String said = Stand.text(Call.of(greedy, Samples.invocation("\"memory\""), new FakeHost())
                        .outcome(PATIENCE));
                assertTrue(said.startsWith("memory_limit FUNCTION"), said);
                assertFalse(greedy.usable());
                int made = Integer.parseInt(call(many, "\"processes\""));
                assertTrue(made > 0 && made < 300, "forked " + made);
                assertEquals("1", call(modest, "1"));
                long before = workers();
                closed(many);
                assertTrue(workers() < before - made + 1, "what it had started is left");
                assertEquals("2", call(modest, "2"));
            }
            try (Instance next = stand.executor().start(launch)) {
                assertEquals(List.of("fork", "load"), stages(next));
                assertEquals("3", call(next, "3"));
            }
        }
    }

    @Test
    void aForkThatIsKilledIsFoundAndNamedAndTheOthersGoOn() throws Exception {
        String source = "import os, signal\n"
                + "def handler(event, context):\n"
                + "    if event: os.kill(os.getpid(), event)\n"
                + "    return os.getpid()\n";
        try (Stand stand = Stand.open(ON)) {
            Launch launch = stand.launch("main.py", source);
            try (Instance one = stand.executor().start(launch);
                    Instance other = stand.executor().start(launch)) {
                String pid = call(one, "0");
                assertEquals("crashed FUNCTION The worker was killed by signal 9 (SIGKILL)", call(other, "9"));
                assertFalse(other.usable());
                assertEquals(pid, call(one, "0"));
            }
            try (Instance one = stand.executor().start(launch)) {
                assertEquals("crashed FUNCTION The worker was killed by signal 11 (SIGSEGV)", call(one, "11"));
            }
        }
    }

    @Test
    void whoKillsTheProcessTheyAreForkedOfEndsAllOfThemAndTheNextStartsAgain() throws Exception {
        String source = "import os, time\n"
                + "def handler(event, context):\n"
                + "    if event:\n        os.kill(os.getppid(), 9)\n        time.sleep(1000)\n"
                + "    return os.getpid()\n";
        try (Stand stand = Stand.open(ON)) {
            Launch launch = stand.launch("main.py", source);
            Instance one = stand.executor().start(launch);
            Instance other = stand.executor().start(launch);
            String said = Stand.text(
                    Call.of(one, Samples.invocation("true"), new FakeHost()).outcome(PATIENCE));
            assertTrue(said.startsWith("crashed FUNCTION The worker"), said);
            await("the other one's end", () -> !other.usable());
            one.close();
            other.close();
            try (Instance next = stand.executor().start(launch)) {
                assertTrue(Integer.parseInt(call(next, "false")) > 0);
            }
        }
    }

    @Test
    void itIsKeptForTheNextInstanceAndEndedWhenItsTimeIsUpAndWithTheExecutor() throws Exception {
        long before = workers();
        try (Stand stand =
                Stand.open(Map.of("isolation-at-most", "strict", "fork-servers", 2, "fork-servers-kept", "PT0.3S"))) {
            Launch launch = stand.launch("main.py", ECHO);
            try (Instance one = stand.executor().start(launch)) {
                assertEquals("1", call(one, "1"));
                assertTrue(workers() > before + 1);
            }
            await("the end of the process that was forked of", () -> workers() == before);
            try (Instance again = stand.executor().start(launch)) {
                assertEquals(List.of("sandbox", "start", "load", "fork", "load"), stages(again));
            }
        }
        assertEquals(before, workers());
    }

    @Test
    void noMoreAreKeptThanAllowedAndTheOneThatWasNotNeededForLongestGoes() throws Exception {
        try (Stand stand = Stand.open(ON)) {
            List<Launch> launches = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                launches.add(stand.launch("main.py", ECHO + "number = " + i + "\n"));
            }
            for (Launch launch : launches) {
                stand.executor().start(launch).close();
            }
            assertEquals(List.of("fork", "load"), stages(closed(stand.executor().start(launches.get(2)))));
            assertEquals(List.of("fork", "load"), stages(closed(stand.executor().start(launches.get(1)))));
            try (Instance one = stand.executor().start(launches.get(2));
                    Instance two = stand.executor().start(launches.get(1));
                    Instance three = stand.executor().start(launches.get(0))) {
                // those that instances live of are not ended
                assertEquals(List.of("sandbox", "start", "load"), stages(three));
                assertEquals("[\"a\"]", call(one, "[\"a\"]"));
                assertEquals("2", call(two, "2"));
            }
        }
    }

    private static Instance closed(Instance instance) {
        instance.close();
        return instance;
    }

    @Test
    void manyStartAtOnceAndEachHasItsOwn() throws Exception {
        String source = "import os\ncalls = 0\ndef handler(event, context):\n    global calls\n    calls += 1\n"
                + "    return [calls, os.getpid(), event]\n";
        try (Stand stand = Stand.open(ON)) {
            Launch launch = stand.launch("main.py", source);
            List<Instance> all = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failures = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    try {
                        Instance made = stand.executor().start(launch);
                        synchronized (all) {
                            all.add(made);
                        }
                    } catch (InterruptedException | RuntimeException e) {
                        synchronized (failures) {
                            failures.add(e);
                        }
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(List.of(), failures);
            Set<String> answers = new HashSet<>();
            for (Instance each : all) {
                String said = call(each, "null");
                assertTrue(said.startsWith("[1,"), said);
                answers.add(said);
            }
            assertEquals(20, answers.size());
            all.forEach(Instance::close);
        }
    }

    @Test
    void aBlankBecomesWhatOthersAreForkedOf() throws Exception {
        try (Stand stand = Stand.open(ON)) {
            Launch launch = stand.launch("main.py", ECHO);
            Prestarts prestarts = (Prestarts) stand.executor();
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
        try (Stand stand = Stand.open(ON)) {
            Launch launch = stand.launch("main.py", "import nothing_like_this\n" + ECHO);
            for (int i = 0; i < 2; i++) {
                PluginException thrown = assertThrows(
                        PluginException.class, () -> stand.executor().start(launch));
                assertEquals(PluginException.Kind.REJECTED, thrown.kind());
                assertTrue(thrown.getMessage().contains("nothing_like_this"), thrown.getMessage());
            }
        }
    }

    @Test
    void whatAForkLeavesInItsFolderGoesWithIt() throws Exception {
        String source = "import os, tempfile\ndef handler(event, context):\n"
                + "    path = tempfile.mkdtemp()\n    open(path + '/x', 'w').write('x')\n"
                + "    return sorted(os.listdir('/tmp'))\n";
        try (Stand stand = Stand.open(ON)) {
            Launch launch = stand.launch("main.py", source);
            try (Instance one = stand.executor().start(launch)) {
                assertEquals("[\"fork-1\"]", call(one, "null"));
            }
            try (Instance two = stand.executor().start(launch)) {
                String[] said = new String[1];
                await("the first one's folder to be gone", () -> {
                    said[0] = call(two, "null");
                    return said[0].equals("[\"fork-2\"]");
                });
            }
        }
    }

    @Test
    void nothingOfThemIsLeftOnTheMachine() throws Exception {
        Set<Path> before = groups();
        try (Stand stand = Stand.open(ON)) {
            Launch launch = stand.launch("main.py", ECHO);
            for (int i = 0; i < 3; i++) {
                Instance instance = stand.executor().start(launch);
                assertEquals("1", call(instance, "1"));
            }
            assertTrue(groups().size() >= before.size() + 4, "one for each, and one for what they are forked of");
        }
        Set<Path> after = groups();
        after.removeAll(before);
        assertEquals(Set.of(), after);
    }

    private static Set<Path> groups() throws Exception {
        Set<Path> found = new HashSet<>();
        String own = ProcessHandle.current().pid() + "-";
        Files.walkFileTree(Path.of("/sys/fs/cgroup"), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                if (folder.getParent().getFileName().toString().startsWith(own)) {
                    found.add(folder);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE; // others' groups come and go meanwhile
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }
}
