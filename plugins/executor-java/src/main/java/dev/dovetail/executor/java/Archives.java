package dev.dovetail.executor.java;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.Digest;
import dev.dovetail.worker.Interpreter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The program that runs beside functions, and what each version of Java keeps of its start: classes as they are in memory, read
 * once in a rehearsal that runs the program alone. The first worker of a version begins the rehearsal; those that come after
 * its end start from it. Thread-safe.
 */
final class Archives implements AutoCloseable {
    private static final String WORKER = "dovetail-function.jar";
    private static final int SHORT_NAME = 16;
    private static final int REHEARSED_MB = 128;
    private static final long PATIENCE_SECONDS = 60;

    /** The first versions that keep classes dynamically, and linked classes. */
    private static final int DYNAMIC = 17;

    private static final int LINKED = 25;

    private final Context context;
    private final boolean rehearse;
    private final byte[] program;
    private final Path folder;
    private final Set<String> tried = new HashSet<>();
    private final List<Thread> rehearsals = new ArrayList<>();
    private boolean closed;

    private Archives(Context context, boolean rehearse, byte[] program, Path folder) {
        this.context = context;
        this.rehearse = rehearse;
        this.program = program;
        this.folder = folder;
    }

    static Archives open(Context context, boolean rehearse) throws IOException {
        byte[] program;
        try (InputStream in = Archives.class.getResourceAsStream(WORKER)) {
            if (in == null) {
                throw new IllegalStateException("The plugin's jar lacks " + WORKER);
            }
            program = in.readAllBytes();
        }
        String name = Digest.of(program).hex().substring(0, SHORT_NAME);
        Archives archives = new Archives(
                context, rehearse, program, context.cache().toAbsolutePath().resolve("java-" + name));
        archives.settle();
        return archives;
    }

    /** What is kept may be gone at any time. */
    private synchronized void settle() throws IOException {
        Path file = folder.resolve(WORKER);
        if (Files.exists(file)) {
            return;
        }
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path half = Files.createTempFile(folder, WORKER, ".half");
        Files.write(half, program);
        publish(half, file);
        tried.clear();
    }

    private static void publish(Path half, Path file) throws IOException {
        Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Where the program and the archives are, for every process. */
    Path folder() {
        return folder;
    }

    Path worker() {
        try {
            settle();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return folder.resolve(WORKER);
    }

    /** How a JVM is told of its archive, if there is one; begins to make it, if there is none. */
    List<String> flags(Interpreter interpreter) {
        int feature = Flags.feature(interpreter);
        if (feature < DYNAMIC) {
            return List.of();
        }
        Path archive = folder.resolve(identity(interpreter) + (feature < LINKED ? ".jsa" : ".aot"));
        if (Files.exists(archive)) {
            // at the address that it was made for: to move it there first takes as long as loading a small function
            return feature < LINKED
                    ? List.of("-XX:SharedArchiveFile=" + archive)
                    : List.of(
                            "-XX:+UnlockDiagnosticVMOptions",
                            "-XX:+IgnoreUnrecognizedVMOptions", // a later version may have forgotten some
                            "-XX:ArchiveRelocationMode=0",
                            "-XX:-AOTReplayTraining", // what is compiled ahead of need competes with the start itself
                            "-XX:AOTCache=" + archive);
        }
        begin(interpreter, archive);
        return List.of();
    }

    /** Changes whenever the installation does, or the program that runs there. */
    String compiler(Interpreter interpreter) {
        return folder.getFileName() + " " + identity(interpreter);
    }

    /** Changes whenever the installation does. */
    private static String identity(Interpreter interpreter) {
        MessageDigest digest = Digest.sha256();
        digest.update(interpreter.program().toString().getBytes(StandardCharsets.UTF_8));
        try {
            digest.update(Files.readAllBytes(interpreter
                    .program()
                    .resolveSibling("..")
                    .resolve("release")
                    .normalize()));
        } catch (IOException e) {
            // a JVM looks itself whether an archive is its own
        }
        return interpreter.runtime() + "-" + Digest.of(digest).hex().substring(0, SHORT_NAME);
    }

    private synchronized void begin(Interpreter interpreter, Path archive) {
        if (rehearse && !closed && tried.add(archive.toString())) {
            Thread thread = context.threads().newThread(() -> rehearse(interpreter, archive));
            rehearsals.add(thread);
            thread.start();
        }
    }

    private void rehearse(Interpreter interpreter, Path archive) {
        Path half = archive.resolveSibling(
                archive.getFileName() + "." + ProcessHandle.current().pid() + ".half");
        List<String> words = new ArrayList<>(List.of(interpreter.program().toString()));
        words.addAll(Flags.of(REHEARSED_MB));
        words.add((Flags.feature(interpreter) < LINKED ? "-XX:ArchiveClassesAtExit=" : "-XX:AOTCacheOutput=") + half);
        words.addAll(List.of("-jar", worker().toString(), "rehearse"));
        Optional<Process> process = Optional.empty();
        try {
            ProcessBuilder builder = new ProcessBuilder(words)
                    .directory(context.scratch().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().clear();
            process = Optional.of(builder.start());
            boolean ended = process.get().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (ended && process.get().exitValue() == 0 && Files.exists(half)) {
                publish(half, archive);
            } else {
                context.log().log(
                        System.Logger.Level.WARNING,
                        "No archive could be made for " + interpreter.program() + ": its workers start more slowly");
            }
        } catch (IOException e) {
            context.log().log(System.Logger.Level.WARNING, "No archive could be made for " + interpreter.program(), e);
        } catch (InterruptedException e) {
            // closed; another time
        } finally {
            process.ifPresent(Archives::end);
            delete(half);
        }
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private void delete(Path half) {
        try {
            Files.deleteIfExists(half);
            Files.deleteIfExists(half.resolveSibling(half.getFileName() + ".config"));
        } catch (IOException e) {
            context.log().log(System.Logger.Level.DEBUG, "Could not delete " + half, e);
        }
    }

    @Override
    public void close() {
        List<Thread> running;
        synchronized (this) {
            closed = true;
            running = List.copyOf(rehearsals);
        }
        running.forEach(Thread::interrupt);
        boolean interrupted = false;
        for (Thread thread : running) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
