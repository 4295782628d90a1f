package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.telemetry.log.Exhaustion;
import dev.dovetail.kernel.telemetry.log.Loggers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A thread of the kernel's that finds no memory ends the process, and nothing less does. */
@Timeout(120)
final class ExhaustionTest {
    private static final int ALIVE = 7;

    @TempDir
    Path folder;

    @Test
    void aThreadThatFindsNoMemoryEndsTheProcessAndTheLogSaysWhy() throws Exception {
        assertEquals(Exhaustion.STATUS, status("memory"));
        String said = Files.readString(folder.resolve("out"));
        assertTrue(said.contains("The thread cluster-0 found no memory"), said);
        assertTrue(said.contains("to be started again"), said);
    }

    @Test
    void aThreadThatDiesOfSomethingElseDoesNot() throws Exception {
        assertEquals(ALIVE, status("other"));
        String said = Files.readString(folder.resolve("out"));
        assertTrue(said.contains("The thread cluster-0 died"), said);
    }

    private int status(String death) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Dying.class.getName(),
                        death)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start()
                .waitFor();
    }

    /** The process. */
    static final class Dying {
        private static final int MB = 1 << 20;

        private Dying() {}

        public static void main(String[] arguments) throws Exception {
            Thread thread = new Threads().platform("cluster").newThread(() -> {
                if (!arguments[0].equals("memory")) {
                    throw new IllegalStateException("something else");
                }
                List<byte[]> all = new ArrayList<>();
                while (true) {
                    all.add(new byte[MB]);
                }
            });
            thread.start();
            thread.join();
            Loggers.flush(Duration.ofSeconds(30));
            Runtime.getRuntime().halt(ALIVE);
        }
    }
}
