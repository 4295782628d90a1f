package dev.dovetail.executor.custom;

import dev.dovetail.spi.executor.Limits;
import dev.dovetail.worker.Handler;
import dev.dovetail.worker.Interpreter;
import dev.dovetail.worker.Language;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How functions in Ruby are run. */
final class Ruby implements Language {
    @Override
    public String name() {
        return "ruby";
    }

    @Override
    public List<String> suffixes() {
        return List.of(".rb");
    }

    @Override
    public List<String> files() {
        return List.of("worker.rb", "check.rb");
    }

    /** Memory goes back to the system sooner with fewer arenas. */
    @Override
    public Map<String, String> environment(Interpreter interpreter) {
        return Map.of("MALLOC_ARENA_MAX", "2");
    }

    /** Without gems, which take most of a start and which a function brings with it, and in UTF-8. */
    private static List<String> command(Interpreter interpreter, Path script) {
        return List.of(interpreter.program().toString(), "--disable=gems", "-Eutf-8:utf-8", script.toString());
    }

    @Override
    public List<String> command(Interpreter interpreter, Path files, Limits limits) {
        return command(interpreter, files.resolve("worker.rb"));
    }

    @Override
    public List<String> check(Interpreter interpreter, Path files, Path code, List<Path> layers, Handler handler) {
        return java.util.stream.Stream.concat(
                        command(interpreter, files.resolve("check.rb")).stream(),
                        java.util.stream.Stream.of(code.resolve(handler.file()).toString(), handler.function()))
                .toList();
    }

    @Override
    public boolean outOfMemory(List<String> lastLines) {
        return lastLines.stream()
                .anyMatch(
                        line -> line.contains("NoMemoryError") || line.startsWith("[FATAL] failed to allocate memory"));
    }
}
