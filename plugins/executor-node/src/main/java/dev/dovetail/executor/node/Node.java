package dev.dovetail.executor.node;

import dev.dovetail.spi.executor.Limits;
import dev.dovetail.worker.Handler;
import dev.dovetail.worker.Interpreter;
import dev.dovetail.worker.Language;
import java.nio.file.Path;
import java.util.List;

/** How functions for Node are run. */
final class Node implements Language {
    private static final int MOST_CALLS = 128;
    private static final int SMALLEST_HEAP_MB = 24;
    private static final int BESIDES_MB = 16;

    @Override
    public String name() {
        return "node";
    }

    @Override
    public List<String> suffixes() {
        return List.of(".js", ".mjs", ".cjs");
    }

    @Override
    public List<String> files() {
        return List.of(
                "worker.js",
                "wire.js",
                "host.js",
                "values.js",
                "context.js",
                "steps.js",
                "silence.js",
                "places.js",
                "sources.js",
                "packages.js",
                "egress.js",
                "several.js",
                "check.js");
    }

    @Override
    public List<String> command(Interpreter interpreter, Path files, Limits limits) {
        return List.of(
                interpreter.program().toString(),
                "--max-old-space-size=" + heapMb(limits.memoryMb()),
                files.resolve("worker.js").toString());
    }

    /** The heap's part of the memory: its end is an error that says so, that of the memory is a kill. */
    private static int heapMb(int memoryMb) {
        return Math.max(SMALLEST_HEAP_MB, memoryMb * 3 / 4 - BESIDES_MB);
    }

    @Override
    public List<String> check(Interpreter interpreter, Path files, Path code, List<Path> layers, Handler handler) {
        return List.of(
                interpreter.program().toString(),
                "--no-warnings",
                "--experimental-vm-modules",
                files.resolve("check.js").toString(),
                code.resolve(handler.file()).toString(),
                handler.function());
    }

    @Override
    public int calls(int asked) {
        return Math.min(asked, MOST_CALLS);
    }

    @Override
    public boolean outOfMemory(List<String> lastLines) {
        return lastLines.stream().anyMatch(line -> line.contains("JavaScript heap out of memory"));
    }
}
