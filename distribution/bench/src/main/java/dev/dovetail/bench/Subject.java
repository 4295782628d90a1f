package dev.dovetail.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** A process that is measured, listening on a port of its own. Closing ends it. */
final class Subject implements AutoCloseable {
    /** Those that are not closed: what interrupts a benchmark leaves none of them running. */
    private static final Set<Subject> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(Subject::kill), "ending what was started"));
    }

    private final Process process;
    private final int port;

    private Subject(Process process, int port) {
        this.process = process;
        this.port = port;
        OPEN.add(this);
    }

    /** Starts a command and waits for a line on its standard output that begins with {@code ready} and ends with its port. */
    static Subject start(List<String> command, Path errors) {
        return start(command, errors, Map.of(), Subject::ready);
    }

    /** @param environment what it has besides what this process has */
    static Subject start(List<String> command, Path errors, Map<String, String> environment) {
        return start(command, errors, environment, Subject::ready);
    }

    /** @param port what a line on its standard output says of the port at which it listens */
    static Subject start(List<String> command, Path errors, Function<String, Optional<Integer>> port) {
        return start(command, errors, Map.of(), port);
    }

    private static Optional<Integer> ready(String line) {
        return line.startsWith("ready ")
                ? Optional.of(Integer.valueOf(line.substring(line.lastIndexOf(':') + 1)))
                : Optional.empty();
    }

    private static Subject start(
            List<String> command,
            Path errors,
            Map<String, String> environment,
            Function<String, Optional<Integer>> port) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                Optional<Integer> said = port.apply(line);
                if (said.isPresent()) {
                    return new Subject(process, said.get());
                }
            }
            throw new IllegalStateException(command.getFirst() + " did not start: " + Files.readString(errors));
        } catch (IOException e) {
            throw new UncheckedIOException(command.getFirst() + " cannot be started", e);
        }
    }

    /** A file for what a process says on its standard error; gone with this process. */
    static Path log(String name) throws IOException {
        Path file = Files.createTempFile(name, ".log");
        file.toFile().deleteOnExit();
        return file;
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** The processor time that it has used, and the processes that it has started and that are still there. */
    Duration cpu() {
        return cpu(process.toHandle());
    }

    static Duration cpu(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants())
                .map(each -> each.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    /** Its resident memory in mebibytes; -1 where the machine does not tell. */
    long residentMb() {
        return status("VmRSS:").map(kilobytes -> kilobytes / 1024).orElse(-1L);
    }

    /** How many threads of the machine's it has; -1 where the machine does not tell. */
    long threads() {
        return status("Threads:").orElse(-1L);
    }

    /** How many files, sockets and the like it has open; -1 where the machine does not tell. */
    long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
            return open.count();
        } catch (IOException e) {
            return -1;
        }
    }

    private Optional<Long> status(String what) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid() + "/status"))) {
            return lines.filter(line -> line.startsWith(what))
                    .map(line -> Long.valueOf(line.replaceAll("\\D", "")))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What it and the processes that it has started wrote to disk; 0 where the machine does not tell. */
    long written() {
        return written(process.toHandle());
    }

    private static long written(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants())
                .mapToLong(each -> written(each.pid()))
                .sum();
    }

    private static long written(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/io"))) {
            return lines.filter(line -> line.startsWith("write_bytes:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Ends it, and all that it has started, as a crash would. */
    void kill() {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(each -> each.onExit().join());
        OPEN.remove(this);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(Duration.ofSeconds(20))) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        OPEN.remove(this);
    }

    /** Deletes a folder with all that is in it; somebody else may be doing the same. */
    static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
                    Files.deleteIfExists(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
