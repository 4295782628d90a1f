package dev.dovetail.worker.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All processes that run on the machine at one moment, as {@code /proc} tells. Empty on a machine without it. */
record ProcessTable(Map<Long, Row> rows) {
    private static final Path PROC = Path.of("/proc");
    private static final long TICKS_PER_SECOND = 100; // the unit of /proc on every machine that Java runs on
    private static final int PARENT = 1;
    private static final int USER_TIME = 11;
    private static final int START = 19;

    /** @param start tells two processes apart that had the same number */
    record Row(long pid, long parent, long start, Duration cpu) {}

    static ProcessTable now() {
        Map<Long, Row> rows = new HashMap<>();
        if (!Files.isDirectory(PROC)) {
            return new ProcessTable(rows);
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path each : all) {
                String stat = read(each.resolve("stat"));
                if (!stat.isEmpty() && !ended(stat)) {
                    Row row = row(stat);
                    rows.put(row.pid, row);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ProcessTable(rows);
    }

    /** A process may have ended and wait for a parent that never asks. */
    private static boolean ended(String stat) {
        char state = stat.charAt(stat.lastIndexOf(')') + 2);
        return state == 'Z' || state == 'X';
    }

    /** The name stands in brackets and may hold anything, brackets too. */
    static Row row(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = 0;
        for (int i = USER_TIME; i < USER_TIME + 4; i++) { // its own, and those of its children that have ended
            ticks += Long.parseLong(fields[i]);
        }
        return new Row(
                Long.parseLong(stat.substring(0, stat.indexOf(' '))),
                Long.parseLong(fields[PARENT]),
                Long.parseLong(fields[START]),
                Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND));
    }

    /** These processes, as far as they still are there, and all that came of them. */
    Set<Row> withDescendants(Set<Long> pids) {
        Map<Long, Set<Row>> children = new HashMap<>();
        for (Row row : rows.values()) {
            children.computeIfAbsent(row.parent, _ -> new HashSet<>()).add(row);
        }
        Set<Row> found = new HashSet<>();
        for (long pid : pids) {
            Row row = rows.get(pid);
            if (row != null && found.add(row)) {
                add(row, children, found);
            }
        }
        return found;
    }

    private static void add(Row row, Map<Long, Set<Row>> children, Set<Row> found) {
        for (Row child : children.getOrDefault(row.pid, Set.of())) {
            if (found.add(child)) {
                add(child, children, found);
            }
        }
    }

    /**
     * What it started with, between zero bytes; nothing if that is not to be known. While a process turns into another program
     * it is empty for a moment.
     */
    static Optional<String> environment(long pid) {
        try {
            return Optional.of(
                    Files.readString(PROC.resolve(Long.toString(pid)).resolve("environ"), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** When it began, in the unit of {@link Row#start}; 0 if that is not to be known. */
    static long start(long pid) {
        String stat = read(PROC.resolve(Long.toString(pid)).resolve("stat"));
        return stat.isEmpty() ? 0 : row(stat).start();
    }

    /** What it holds of the machine's memory and shares with no file; 0 if that is not to be known. */
    static long residentBytes(long pid) {
        long bytes = 0;
        for (String line :
                read(PROC.resolve(Long.toString(pid)).resolve("status")).split("\n")) {
            if (line.startsWith("RssAnon:") || line.startsWith("RssShmem:")) {
                bytes += Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        return bytes;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended since, or is somebody else's
        }
    }
}
