package dev.dovetail.executor.python;

import dev.dovetail.spi.executor.Limits;
import dev.dovetail.worker.Handler;
import dev.dovetail.worker.Interpreter;
import dev.dovetail.worker.Language;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** How functions in Python are run. */
final class Python implements Language {
    private final int templates;
    private final Duration templatesKept;

    /** @param templates processes that are kept to fork others of */
    Python(int templates, Duration templatesKept) {
        this.templates = templates;
        this.templatesKept = templatesKept;
    }

    @Override
    public String name() {
        return "python";
    }

    @Override
    public List<String> suffixes() {
        return List.of(".py");
    }

    @Override
    public List<String> files() {
        return List.of(
                "worker.py",
                "_dovetail_link.py",
                "_dovetail_host.py",
                "_dovetail_context.py",
                "_dovetail_errors.py",
                "_dovetail_forks.py",
                "_dovetail_loop.py",
                "_dovetail_steps.py",
                "_dovetail_turns.py",
                "_dovetail_silence.py",
                "check.py");
    }

    @Override
    public List<String> command(Interpreter interpreter, Path files, Limits limits) {
        return command(interpreter, files.resolve("worker.py"));
    }

    /** Isolated from the user's settings and from what is installed beside the interpreter; writes no compiled files. */
    private static List<String> command(Interpreter interpreter, Path script) {
        return List.of(interpreter.program().toString(), "-I", "-S", "-B", "-X", "utf8", script.toString());
    }

    @Override
    public List<String> check(Interpreter interpreter, Path files, Path code, List<Path> layers, Handler handler) {
        return java.util.stream.Stream.concat(
                        command(interpreter, files.resolve("check.py")).stream(),
                        java.util.stream.Stream.of(code.resolve(handler.file()).toString(), handler.function()))
                .toList();
    }

    @Override
    public int templates() {
        return templates;
    }

    @Override
    public Duration templatesKept() {
        return templatesKept;
    }

    @Override
    public boolean outOfMemory(List<String> lastLines) {
        return lastLines.stream().anyMatch(line -> line.startsWith("MemoryError"));
    }
}
