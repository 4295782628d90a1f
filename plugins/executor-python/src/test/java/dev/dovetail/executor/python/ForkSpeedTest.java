package dev.dovetail.executor.python;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.spi.executor.Prestarts;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Measures what is between a start and its first answer, with {@code -Dmeasure=true}, into {@code target/forks.txt}. */
@Needs({Need.PYTHON, Need.BUBBLEWRAP, Need.CONTROL_GROUPS})
@EnabledIfSystemProperty(named = "measure", matches = "true")
final class ForkSpeedTest {
    private static final int TIMES = 40;
    private static final String HANDLER = "def handler(event, context):\n    return event\n";
    private static final Map<String, String> SOURCES = Map.of(
            "one line",
            HANDLER,
            "ten heavy imports",
            "import asyncio, decimal, email.mime.multipart, http.client, json, logging.config, sqlite3, ssl, unittest, "
                    + "xml.dom.minidom\n" + HANDLER);

    private interface Starter {
        Instance start(Launch launch) throws InterruptedException;
    }

    @Test
    void measure() throws Exception {
        Files.createDirectories(Path.of("target"));
        Files.writeString(Path.of("target/forks.txt"), "");
        for (Map.Entry<String, String> each : SOURCES.entrySet()) {
            try (TestBench bench = Benches.open(Map.of("isolation-at-most", "strict"))) {
                Launch launch = bench.launch("main.py", each.getValue());
                Executor executor = bench.executor();
                Prestarts prestarts = (Prestarts) executor;
                measure(each.getKey() + ", started", launch, executor::start);
                double[] millis = new double[TIMES];
                for (int i = 0; i < TIMES; i++) {
                    Prestarts.Blank blank = prestarts.prestart(launch.runtime(), launch.limits(), Isolation.PROCESS);
                    millis[i] = once(launch, it -> prestarts.start(it, blank));
                }
                told(each.getKey() + ", in a worker that was started ahead", millis);
            }
            try (TestBench bench = Benches.open(Map.of("isolation-at-most", "strict", "fork-servers", 1))) {
                Launch launch = bench.launch("main.py", each.getValue());
                bench.executor().start(launch).close();
                measure(each.getKey() + ", forked", launch, bench.executor()::start);
            }
        }
    }

    private static void measure(String what, Launch launch, Starter starter) throws Exception {
        double[] millis = new double[TIMES];
        for (int i = 0; i < TIMES; i++) {
            millis[i] = once(launch, starter);
        }
        told(what, millis);
    }

    private static double once(Launch launch, Starter starter) throws InterruptedException {
        long began = System.nanoTime();
        try (Instance instance = starter.start(launch)) {
            assertEquals("1", TestBench.text(instance.invoke(Samples.invocation("1"), new FakeHost())));
            return (System.nanoTime() - began) / 1e6;
        }
    }

    private static void told(String what, double[] millis) throws Exception {
        Arrays.sort(millis);
        String line = String.format(
                Locale.ROOT,
                "%-60s min %6.1f  p50 %6.1f  p95 %6.1f ms%n",
                what,
                millis[0],
                millis[TIMES / 2],
                millis[TIMES * 95 / 100]);
        Files.writeString(Path.of("target/forks.txt"), line, StandardOpenOption.APPEND);
    }
}
