package dev.dovetail.worker.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The part of the machine's control groups that is the kernel's: {@code dovetail/<process>-<its start>} below the group that
 * the kernel itself runs in, so that what limits the kernel limits its cells too. Thread-safe.
 *
 * @param parts the directory for each controller; with version 2 all are the same
 */
record ControlGroups(int version, Map<String, Path> parts, String prefix, AtomicLong count) {
    static final String FOLDER = "dovetail";
    static final String MEMORY = "memory";
    static final String PIDS = "pids";
    static final String CPU = "cpu";
    static final String ACCOUNTS = "cpuacct";
    private static final int ATTEMPTS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * Finds groups that can be written to and makes the kernel's part of them. What a kernel that is dead left there is ended
     * and removed.
     *
     * @param lacks is told what is missing
     */
    static Optional<ControlGroups> find(Path self, String kernel, List<String> lacks) {
        try {
            Hierarchies hierarchies = Hierarchies.read(self);
            Map<String, Path> parts =
                    hierarchies.whole() ? UnifiedGroup.delegate(hierarchies.own(""), kernel) : legacy(hierarchies);
            if (!parts.keySet().containsAll(List.of(MEMORY, PIDS))) {
                lacks.add("the controllers memory and pids of control groups: start the machine with them, or"
                        + " delegate them to the kernel (Delegate=yes in its systemd unit)");
                return Optional.empty();
            }
            if (!parts.containsKey(CPU)) {
                lacks.add("the controller cpu of control groups: delegate it to the kernel");
            }
            int version = hierarchies.whole() ? 2 : 1;
            Map<String, Path> made = new LinkedHashMap<>();
            for (Map.Entry<String, Path> part : parts.entrySet()) {
                Path folder = part.getValue().resolve(FOLDER);
                Files.createDirectories(folder);
                removeLeftovers(folder);
                made.put(part.getKey(), folder.resolve(kernel));
            }
            String prefix = Long.toHexString(System.nanoTime()) + "-";
            ControlGroups groups = new ControlGroups(version, Map.copyOf(made), prefix, new AtomicLong());
            groups.claim();
            return Optional.of(groups);
        } catch (IOException | UncheckedIOException e) {
            lacks.add("control groups that may be written to (" + e.getMessage()
                    + "): run the kernel as root, or with Delegate=yes in its systemd unit");
            return Optional.empty();
        }
    }

    private static Map<String, Path> legacy(Hierarchies hierarchies) {
        Map<String, Path> parts = new LinkedHashMap<>();
        for (String controller : List.of(MEMORY, PIDS, CPU, ACCOUNTS)) {
            if (hierarchies.has(controller)) {
                parts.put(controller, hierarchies.own(controller));
            }
        }
        return parts;
    }

    /** Makes the kernel's part unless it is there: another sandbox of this kernel may have made it, or removed it. */
    private void claim() throws IOException {
        for (Path part : folders()) {
            if (!Files.isDirectory(part)) {
                Files.createDirectories(part);
                if (version == 2) {
                    UnifiedGroup.enable(part.getParent(), parts.keySet());
                    UnifiedGroup.enable(part, parts.keySet());
                }
            }
        }
    }

    private List<Path> folders() {
        return parts.values().stream().distinct().toList();
    }

    Hold make(CellPlan plan, SandboxSettings settings, int walls) throws IOException {
        String name = prefix + count.incrementAndGet();
        List<Path> folders = new ArrayList<>();
        try {
            for (Path part : folders()) {
                folders.add(create(part, name));
            }
            Map<String, Path> own = new LinkedHashMap<>();
            parts.forEach((controller, part) -> own.put(controller, part.resolve(name)));
            return version == 2
                    ? UnifiedGroup.limit(own.get(MEMORY), parts.containsKey(CPU), plan, settings, walls)
                    : LegacyGroup.limit(own, plan, settings, walls);
        } catch (IOException e) {
            for (Path folder : folders) {
                remove(folder);
            }
            throw e;
        }
    }

    /** Another sandbox of this kernel may be closing, as when a plugin is swapped: it removes what it finds empty. */
    private Path create(Path part, String name) throws IOException {
        for (int attempt = 1; ; attempt++) {
            claim();
            try {
                return Files.createDirectory(part.resolve(name));
            } catch (NoSuchFileException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Removes the kernel's part if no other sandbox of the kernel uses it. */
    void close() {
        for (Path part : folders()) {
            try {
                Files.deleteIfExists(part);
                Files.deleteIfExists(part.getParent());
            } catch (IOException e) {
                // it is in use: the machine lets nobody remove a group that has others below
            }
        }
    }

    /** What another kernel removes at the same time is not missed, and what cannot be removed harms nobody. */
    private static void removeLeftovers(Path folder) {
        ProcessTable table = ProcessTable.now();
        try (DirectoryStream<Path> kernels = Files.newDirectoryStream(folder, "[0-9]*-[0-9]*")) {
            for (Path kernel : kernels) {
                String[] name = kernel.getFileName().toString().split("-");
                ProcessTable.Row row = table.rows().get(Long.parseLong(name[0]));
                if (row == null || !Long.toString(row.start()).equals(name[1])) {
                    removeTree(kernel);
                }
            }
        } catch (IOException | DirectoryIteratorException | NumberFormatException e) {
            System.getLogger(ControlGroups.class.getName())
                    .log(System.Logger.Level.DEBUG, "Left as it is: " + folder, e);
        }
    }

    private static void removeTree(Path folder) throws IOException {
        try (DirectoryStream<Path> below = Files.newDirectoryStream(folder, Files::isDirectory)) {
            for (Path each : below) {
                removeTree(each);
            }
        }
        kill(folder);
        remove(folder);
    }

    /** Kills until nobody is left. */
    static boolean kill(Path folder) {
        return Waiting.until(
                () -> {
                    List<Long> left = pids(folder);
                    left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
                    return left.isEmpty();
                },
                PATIENCE);
    }

    static List<Long> pids(Path folder) {
        try (var lines = Files.lines(folder.resolve("cgroup.procs"))) {
            return lines.map(Long::valueOf).filter(pid -> pid > 0).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of(); // it is gone
        }
    }

    /** A group is busy for some moments after its last process has ended. */
    static void remove(Path folder) throws IOException {
        IOException[] last = new IOException[1];
        boolean gone = Waiting.until(
                () -> {
                    try {
                        Files.deleteIfExists(folder);
                        return true;
                    } catch (IOException e) {
                        last[0] = e;
                        return false;
                    }
                },
                PATIENCE);
        if (!gone) {
            throw last[0];
        }
    }

    static void set(Path folder, String file, Object value) throws IOException {
        // not as a new file: there is none, if the machine does not know it
        try (var out = Files.newOutputStream(folder.resolve(file), StandardOpenOption.WRITE)) {
            out.write(value.toString().getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** The number in a file that holds nothing else, or after this word; 0 if it is not there. */
    static long number(Path file, String word) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (word.isEmpty() || line.startsWith(word + " ")) {
                    return Long.parseLong(line.substring(word.isEmpty() ? 0 : word.length() + 1)
                            .strip());
                }
            }
            return 0;
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }
}
