package dev.dovetail.executor.python;

import static dev.dovetail.executor.python.Forks.ECHO;
import static dev.dovetail.executor.python.Forks.ON;
import static dev.dovetail.executor.python.Forks.PATIENCE;
import static dev.dovetail.executor.python.Forks.call;
import static dev.dovetail.executor.python.Forks.closed;
import static dev.dovetail.executor.python.Forks.stages;
import static dev.dovetail.executor.python.Forks.workers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Instances that are forked of one process that has loaded the code. */
@Needs({Need.PYTHON, Need.BUBBLEWRAP, Need.CONTROL_GROUPS})
@Tag("SL-08")
final class ForksTest {
    @Test
    void theCodeIsLoadedOnceAndEveryInstanceIsAForkOfIt() throws Exception {
        String source = "print('loading')\nloaded = 0\n"
                + "def handler(event, context):\n    global loaded\n    loaded += 1\n    print('call', event)\n"
                + "    return loaded\n";
        try (TestBench bench = Benches.open(ON)) {
            Launch launch = bench.launch("main.py", source);
            try (Instance one = bench.executor().start(launch);
                    Instance two = bench.executor().start(launch)) {
                assertEquals(List.of("sandbox", "start", "load", "fork", "load"), stages(one));
                assertEquals(List.of("fork", "load"), stages(two));
                assertEquals("1", call(one, "1"));
                assertEquals("2", call(one, "2"));
                assertEquals("1", call(two, "3"));
            }
            assertEquals(
                    List.of("loading", "call 1", "call 2", "call 3"),
                    bench.lines().texts());
        }
    }

    @Test
    void whatShouldDifferDiffers() throws Exception {
        String source = "import os, random, ssl, secrets, tempfile, uuid\n"
                + "random.seed(1)\nfirst = tempfile.gettempdir()\n"
                + "def handler(event, context):\n"
                + "    return [random.random(), uuid.uuid4().hex, str(uuid.uuid1()), secrets.token_hex(16),\n"
                + "            ssl.RAND_bytes(16).hex(), os.getpid(), tempfile.mkdtemp()]\n";
        try (TestBench bench = Benches.open(ON)) {
            Launch launch = bench.launch("main.py", source);
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                try (Instance instance = bench.executor().start(launch)) {
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
        try (TestBench bench = Benches.open(ON)) {
            Launch launch = bench.launch("main.py", source);
            try (Instance one = bench.executor().start(launch);
                    Instance two = bench.executor().start(launch)) {
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
        try (TestBench bench = Benches.open(ON)) {
            Launch launch = bench.launch("main.py", source);
            try (Instance greedy = bench.executor().start(launch);
                    Instance many = bench.executor().start(launch);
                    Instance modest = bench.executor().start(launch)) {
                Outcome eaten = Call.of(greedy, Samples.invocation("\"memory\""), new FakeHost())
                        .outcome(PATIENCE);
                String said = TestBench.text(eaten);
                assertTrue(said.startsWith("memory_limit FUNCTION"), said);
                String details = ((Outcome.Failed) eaten).fault().details().text();
                assertTrue(
                        details.matches("\\{\"limit\":\\{\"memory_limit_mb\":[0-9]+},"
                                + "\"observed\":\\{\"max_memory_used_mb\":[0-9.]+}}"),
                        details);
                assertFalse(greedy.usable());
                int made = Integer.parseInt(call(many, "\"processes\""));
                assertTrue(made > 0 && made < 300, "forked " + made);
                assertEquals("1", call(modest, "1"));
                long before = workers();
                closed(many);
                assertTrue(workers() < before - made + 1, "what it had started is left");
                assertEquals("2", call(modest, "2"));
            }
            try (Instance next = bench.executor().start(launch)) {
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
        try (TestBench bench = Benches.open(ON)) {
            Launch launch = bench.launch("main.py", source);
            try (Instance one = bench.executor().start(launch);
                    Instance other = bench.executor().start(launch)) {
                String pid = call(one, "0");
                assertEquals("crashed FUNCTION The worker was killed by signal 9 (SIGKILL)", call(other, "9"));
                assertFalse(other.usable());
                assertEquals(pid, call(one, "0"));
            }
            try (Instance one = bench.executor().start(launch)) {
                assertEquals("crashed FUNCTION The worker was killed by signal 11 (SIGSEGV)", call(one, "11"));
            }
        }
    }

    @Test
    void manyStartAtOnceAndEachHasItsOwn() throws Exception {
        String source = "import os\ncalls = 0\ndef handler(event, context):\n    global calls\n    calls += 1\n"
                + "    return [calls, os.getpid(), event]\n";
        try (TestBench bench = Benches.open(ON)) {
            Launch launch = bench.launch("main.py", source);
            List<Instance> all = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failures = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    try {
                        Instance made = bench.executor().start(launch);
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
    void whatAForkLeavesInItsFolderGoesWithIt() throws Exception {
        String source = "import os, tempfile\ndef handler(event, context):\n"
                + "    path = tempfile.mkdtemp()\n    open(path + '/x', 'w').write('x')\n"
                + "    return sorted(os.listdir('/tmp'))\n";
        try (TestBench bench = Benches.open(ON)) {
            Launch launch = bench.launch("main.py", source);
            try (Instance one = bench.executor().start(launch)) {
                assertEquals("[\"fork-1\"]", call(one, "null"));
            }
            try (Instance two = bench.executor().start(launch)) {
                String[] said = new String[1];
                Eventually.holds("the first one's folder is gone", () -> {
                    said[0] = call(two, "null");
                    return said[0].equals("[\"fork-2\"]");
                });
            }
        }
    }

    @Test
    void nothingOfThemIsLeftOnTheMachine() throws Exception {
        Set<Path> before = groups();
        try (TestBench bench = Benches.open(ON)) {
            Launch launch = bench.launch("main.py", ECHO);
            for (int i = 0; i < 3; i++) {
                Instance instance = bench.executor().start(launch);
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
