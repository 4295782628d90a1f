package dev.dovetail.worker;

import dev.dovetail.spi.Context;
import dev.dovetail.worker.wire.Switchboard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the workers' sockets are: in the plugin's own directory, or, where their addresses would be too long there, among the
 * machine's temporary files. Nobody would delete it there when the kernel was killed, so it is noted, and the next kernel on
 * the same data folder does.
 *
 * @param note where it is noted, if it is not in the plugin's own directory
 */
record SocketFolder(Path path, Optional<Path> note, System.Logger log) implements AutoCloseable {
    static SocketFolder open(Context context) throws IOException {
        Path notes = context.cache().toAbsolutePath().resolve("sockets");
        forgetTheDead(notes, context.log());
        Path own = context.scratch().resolve("w").toAbsolutePath();
        if (own.resolve("123456789/s/123456l").toString().getBytes().length <= Switchboard.LONGEST_PATH) {
            return new SocketFolder(Files.createDirectories(own), Optional.empty(), context.log());
        }
        Path path = Files.createTempDirectory("dovetail-w").toAbsolutePath();
        Path note = Files.createDirectories(notes).resolve(path.getFileName());
        Files.write(
                note,
                List.of(
                        Long.toString(ProcessHandle.current().pid()),
                        startOf(ProcessHandle.current()),
                        path.toString()));
        return new SocketFolder(path, Optional.of(note), context.log());
    }

    private static String startOf(ProcessHandle process) {
        return process.info().startInstant().map(Object::toString).orElse("");
    }

    /** A number alone is given to another process one day. */
    private static boolean isAlive(String pid, String start) {
        return ProcessHandle.of(Long.parseLong(pid)).map(SocketFolder::startOf).equals(Optional.of(start));
    }

    private static void forgetTheDead(Path notes, System.Logger log) throws IOException {
        if (!Files.isDirectory(notes)) {
            return;
        }
        try (Stream<Path> all = Files.list(notes)) {
            for (Path note : all.toList()) {
                List<String> lines = Files.readAllLines(note);
                // one that is alive serves on the folder that this one is a copy of, or is this one
                if (lines.size() == 3 && !isAlive(lines.get(0), lines.get(1))) {
                    new SocketFolder(Path.of(lines.getLast()), Optional.of(note), log).close();
                }
            }
        }
    }

    /** Deletes it with all that is in it. */
    @Override
    public void close() {
        try {
            delete(path);
            if (note.isPresent()) {
                Files.deleteIfExists(note.get());
            }
        } catch (IOException | UncheckedIOException e) {
            log.log(System.Logger.Level.DEBUG, "Could not delete " + path, e);
        }
    }

    /** Does nothing if it is not there. */
    static void delete(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
