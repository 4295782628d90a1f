package dev.dovetail.executor.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Very many sandboxed workers at once: every one answers, and nothing stays. */
@Needs({Need.PYTHON, Need.BUBBLEWRAP, Need.CONTROL_GROUPS})
@Tag("NF-20")
@Tag("RT-25")
final class HundredTest {
    private static final int MANY = "all".equals(System.getenv("DOVETAIL_PROVE")) ? 100 : 10;
    private static final int STARTS_AT_ONCE = 2 * Runtime.getRuntime().availableProcessors();
    private static final long TEN_MB = 10 << 20;
    private static final String SOURCE = "import os, json, decimal, http.client\n"
            + "held = []\ndef handler(event, context):\n    held.append(b'x' * (1 << 20))\n"
            + "    return [event, len(held), os.getpid()]\n";

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void allOfThemAreThereAtOnceAndAnswerAndTheirMemoryComesBack(int forkServers) throws Exception {
        try (TestBench bench = Benches.open(
                Map.of("isolation-at-most", "strict", "start-timeout", "PT60S", "fork-servers", forkServers))) {
            Launch launch = bench.launch("main.py", SOURCE);
            crowd(bench, launch, MANY); // what is loaded once, and room that is kept for as many
            long before = held();
            long processes = ProcessHandle.current().descendants().count();
            long began = System.nanoTime();
            long peak = crowd(bench, launch, MANY);
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            assertEquals(processes, ProcessHandle.current().descendants().count());
            long after = held();
            assertTrue(after - before < TEN_MB, "kept " + (after - before) + " bytes of the heap");
            Files.createDirectories(Path.of("target"));
            Files.writeString(
                    Path.of("target/hundred-" + forkServers + ".txt"),
                    MANY + " workers at once, " + (forkServers == 0 ? "each started" : "forked of one") + ": " + took
                            + " ms from the first start to the last one gone, together " + (peak >> 20)
                            + " MiB resident at the most, heap " + ((after - before) >> 10) + " KiB more afterwards\n");
        }
    }

    /** @return what their processes held together when all of them were there */
    private static long crowd(TestBench bench, Launch launch, int many) throws Exception {
        List<Instance> instances = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Semaphore starts = new Semaphore(STARTS_AT_ONCE);
            List<Future<Instance>> starting = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                starting.add(callers.submit(() -> {
                    starts.acquire();
                    try {
                        return bench.executor().start(launch);
                    } finally {
                        starts.release();
                    }
                }));
            }
            for (Future<Instance> each : starting) {
                instances.add(each.get(300, TimeUnit.SECONDS));
            }
            CountDownLatch together = new CountDownLatch(many);
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                Instance instance = instances.get(i);
                String input = Integer.toString(i);
                answers.add(callers.submit(() -> {
                    together.countDown();
                    together.await();
                    return TestBench.text(instance.invoke(Samples.invocation(input), new FakeHost()));
                }));
            }
            for (int i = 0; i < many; i++) {
                String said = answers.get(i).get(120, TimeUnit.SECONDS);
                assertTrue(said.startsWith("[" + i + ",1,"), said);
            }
            return resident();
        } finally {
            instances.forEach(Instance::close);
        }
    }

    private static long resident() {
        return ProcessHandle.current()
                .descendants()
                .mapToLong(HundredTest::resident)
                .sum();
    }

    private static long resident(ProcessHandle process) {
        try {
            String[] pages = Files.readString(Path.of("/proc", Long.toString(process.pid()), "statm"))
                    .split(" ");
            return (Long.parseLong(pages[1]) - Long.parseLong(pages[2])) * 4096;
        } catch (java.io.IOException e) {
            return 0; // it has ended
        }
    }

    private static long held() throws InterruptedException {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(50);
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
