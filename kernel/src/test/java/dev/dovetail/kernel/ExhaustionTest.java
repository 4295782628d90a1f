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

    @Test
    void theProcessEndsAlsoWhereNothingIsGivenBackAndThereIsNoRoomForAWord() throws Exception {
        assertEquals(Exhaustion.STATUS, status("full"));
        String said = Files.readString(folder.resolve("out"));
        assertTrue(said.contains("no memory left for a line in the log"), said);
    }

    @Test
    void soItDoesWithAThreadThatTheKernelDidNotMake() throws Exception {
        assertEquals(Exhaustion.STATUS, status("foreign"));
        String said = Files.readString(folder.resolve("out"));
        assertTrue(said.contains("The thread poller found no memory"), said);
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

        private static volatile Object[] kept = {};

        private Dying() {}

        public static void main(String[] arguments) throws Exception {
            Exhaustion.watch();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {})); // as servers have one
            Thread thread = switch (arguments[0]) {
                case "memory" -> new Threads().platform("cluster").newThread(() -> fill(MB));
                case "full" -> new Threads().platform("cluster").newThread(Dying::fillUp);
                case "foreign" -> Thread.ofPlatform().name("poller").unstarted(() -> fill(MB));
                default ->
                    new Threads().platform("cluster").newThread(() -> {
                        throw new IllegalStateException("something else");
                    });
            };
            thread.start();
            thread.join();
            Loggers.flush(Duration.ofSeconds(30));
            Runtime.getRuntime().halt(ALIVE);
        }

        private static void fill(int bytes) {
            List<byte[]> all = new ArrayList<>();
            while (true) {
                all.add(new byte[bytes]);
            }
        }

        /** To the last byte, and keeps it. */
        private static void fillUp() {
            for (int size = MB / 4; ; size = Math.max(1, size / 2)) {
                try {
                    while (true) {
                        Object[] next = new Object[size];
                        next[0] = kept;
                        kept = next;
                    }
                } catch (OutOfMemoryError full) {
                    if (size == 1) {
                        throw full;
                    }
                }
            }
        }
    }
}
