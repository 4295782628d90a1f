package dev.dovetail.executor.java;

import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.worker.Handler;
import dev.dovetail.worker.Interpreter;
import dev.dovetail.worker.Language;
import dev.dovetail.worker.Product;
import dev.dovetail.worker.sandbox.CellPlan.Mount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How functions in Java are run. */
final class Java implements Language {
    private static final String SOURCE = ".java";
    private static final int MOST_CALLS = 128;

    /** What a check of the code may use at most. */
    private static final int CHECK_MB = 512;

    /** The first version that has Unix domain sockets. */
    private static final int SOCKETS = 16;

    /** What the worker knows these by: it looks for the class itself. */
    private static final String ARCHIVES = "*.jar";

    private static final String ARCHIVES_AND_LAYERS = "*.jar and layers";
    private static final String NO_MEMORY = "Terminating due to java.lang.OutOfMemoryError";

    private final Archives archives;
    private final Shelf shelf;
    private final Origins origins = new Origins();

    Java(Archives archives, Shelf shelf) {
        this.archives = archives;
        this.shelf = shelf;
    }

    @Override
    public String name() {
        return "java";
    }

    @Override
    public List<String> suffixes() {
        return List.of(".class", SOURCE);
    }

    /** The worker's archive has to be at the same place in every process: it is mounted from there. */
    @Override
    public List<String> files() {
        return List.of();
    }

    @Override
    public List<Mount> mounts(Interpreter interpreter) {
        Path folder = archives.folder();
        return List.of(new Mount(folder, folder, false));
    }

    @Override
    public boolean streams(Interpreter interpreter) {
        return Flags.feature(interpreter) < SOCKETS;
    }

    /** A class by its name, with a method after two colons or one dot, or with the usual one. */
    @Override
    public Handler.Found find(Launch launch) {
        String handler = launch.handler();
        int colons = handler.indexOf("::");
        int dot = handler.lastIndexOf('.');
        List<String> names = new ArrayList<>();
        names.add(colons < 0 ? handler : handler.substring(0, colons));
        if (colons < 0 && dot > 0) {
            names.add(handler.substring(0, dot));
        }
        Path root = launch.code().toAbsolutePath().normalize();
        for (String name : names) {
            for (String suffix : suffixes()) {
                Path file = root.resolve(name.replace('.', '/') + suffix).normalize();
                if (!name.isBlank() && file.startsWith(root) && Files.isRegularFile(file)) {
                    return Handler.found(root.relativize(file).toString(), handler);
                }
            }
        }
        if (!launch.layers().isEmpty()) {
            return Handler.found(ARCHIVES_AND_LAYERS, handler);
        }
        if (hasArchives(root) || hasArchives(root.resolve("lib"))) {
            return Handler.found(ARCHIVES, handler);
        }
        return Handler.wrong(
                "The handler \"" + handler + "\" names no class: there is neither a file \""
                        + names.getLast().replace('.', '/') + ".class\" nor an archive in the code",
                "name a class of the code, as package.Class::method, and put its class files at the top of the archive "
                        + "or jars into lib");
    }

    private static boolean hasArchives(Path folder) {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.anyMatch(each -> each.toString().endsWith(".jar"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<String> command(Interpreter interpreter, Path files, Limits limits) {
        List<String> words = new ArrayList<>(List.of(interpreter.program().toString()));
        words.addAll(Flags.of(limits.memoryMb()));
        words.addAll(archives.flags(interpreter));
        words.addAll(List.of("-jar", archives.worker().toString()));
        return words;
    }

    @Override
    public List<String> check(Interpreter interpreter, Path files, Path code, List<Path> layers, Handler handler) {
        List<String> words = new ArrayList<>(List.of(interpreter.program().toString()));
        words.addAll(Flags.of(CHECK_MB));
        words.addAll(List.of(
                "-jar",
                archives.worker().toString(),
                "check",
                code.toString(),
                code.resolve(handler.file()).toString(),
                handler.function()));
        layers.forEach(layer -> words.add(layer.toString()));
        return words;
    }

    /** Sources are compiled once for each version and installation; what its author compiled needs nothing. */
    @Override
    public Optional<Product> product(Launch launch, Interpreter interpreter, Handler handler) {
        if (!handler.file().endsWith(SOURCE)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Compiled(shelf, origins.of(launch, archives.compiler(interpreter), handler.file())));
        } catch (IOException e) {
            return Optional.empty(); // the worker compiles it, or says better what cannot be read
        }
    }

    @Override
    public int calls(int asked) {
        return Math.min(asked, MOST_CALLS);
    }

    @Override
    public boolean outOfMemory(List<String> lastLines) {
        return lastLines.stream().anyMatch(line -> line.startsWith(NO_MEMORY));
    }
}
