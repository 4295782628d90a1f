package dev.dovetail.executor.java;

import dev.dovetail.worker.Interpreter;
import java.util.List;

/** How a JVM is started for a function: quickly and small. */
final class Flags {
    private static final int SMALLEST_HEAP_MB = 16;

    /** What a JVM holds besides its heap: code, classes, stacks. */
    private static final int BESIDES_MB = 48;

    private Flags() {}

    static List<String> of(int memoryMb) {
        return List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:+DisableAttachMechanism",
                "-XX:-UseContainerSupport",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+DisplayVMOutputToStderr",
                "-Xmx" + heapMb(memoryMb) + "m",
                "-Xlog:disable",
                "-Djava.io.tmpdir=/tmp",
                "-Dfile.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8");
    }

    /** The heap's part of the memory: its end is an error that says so, that of the memory is a kill. */
    private static int heapMb(int memoryMb) {
        return Math.max(SMALLEST_HEAP_MB, memoryMb < 4 * BESIDES_MB ? memoryMb / 2 : memoryMb * 4 / 5 - BESIDES_MB);
    }

    /** The version of a runtime. */
    static int feature(Interpreter interpreter) {
        return Integer.parseInt(interpreter.runtime().replaceAll("\\D", ""));
    }
}
