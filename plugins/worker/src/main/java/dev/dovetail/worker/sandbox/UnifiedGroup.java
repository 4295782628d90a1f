package dev.dovetail.worker.sandbox;

import dev.dovetail.worker.sandbox.Cell.Used;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A group of control groups version 2. */
final class UnifiedGroup implements Hold {
    /** Where the kernel itself moves to: a group whose children have controllers may have no process of its own. */
    private static final String KERNELS = "dovetail-kernel-";

    private static final long WHOLE_WEIGHT = 100;
    private static final long MOST_WEIGHT = 10_000;
    private static final long PERIOD_MICROS = 10_000;
    private static final long LEAST_QUOTA_MICROS = 1_000;
    private static final long NANOS_PER_MICRO = 1_000;

    private final Path folder;
    private final boolean cpu;
    private final long memoryBytes;
    private final double processors;
    private final boolean hardQuota;
    private final Gauge micros;
    private final Gauge peak;

    private UnifiedGroup(Path folder, boolean cpu, long memoryBytes, double processors, boolean hardQuota) {
        this.folder = folder;
        this.memoryBytes = memoryBytes;
        this.cpu = cpu;
        this.processors = processors;
        this.hardQuota = hardQuota;
        this.micros = new Gauge(folder.resolve("cpu.stat"), "usage_usec");
        this.peak = new Gauge(folder.resolve("memory.peak"), "");
    }

    /** Makes the controllers of the kernel's group those of its children too. @return the group, for each of them */
    static Map<String, Path> delegate(Path group, String kernel) throws IOException {
        Path own = group.getFileName().toString().startsWith(KERNELS) ? group.getParent() : group;
        List<String> offered = List.of(
                Files.readString(own.resolve("cgroup.controllers")).strip().split(" "));
        Map<String, Path> parts = new LinkedHashMap<>();
        for (String controller : List.of(ControlGroups.MEMORY, ControlGroups.PIDS, ControlGroups.CPU)) {
            if (offered.contains(controller)) {
                parts.put(controller, own);
            }
        }
        boolean top = !Files.exists(own.resolve("cgroup.type")); // the root may have processes and such children
        if (!top && own.equals(group)) {
            removeEmpty(own);
            Path leaf = own.resolve(KERNELS + kernel);
            Files.createDirectories(leaf);
            ControlGroups.set(leaf, "cgroup.procs", ProcessHandle.current().pid());
        }
        enable(own, parts.keySet());
        return parts;
    }

    private static void removeEmpty(Path own) throws IOException {
        try (DirectoryStream<Path> old = Files.newDirectoryStream(own, KERNELS + "*")) {
            for (Path each : old) {
                if (ControlGroups.pids(each).isEmpty()) {
                    Files.deleteIfExists(each);
                }
            }
        }
    }

    static void enable(Path group, Set<String> controllers) throws IOException {
        for (String controller : controllers) {
            ControlGroups.set(group, "cgroup.subtree_control", "+" + controller);
        }
    }

    static UnifiedGroup limit(Path folder, boolean cpu, CellPlan plan, SandboxSettings settings, int walls)
            throws IOException {
        ControlGroups.set(folder, "memory.max", plan.memoryBytes());
        if (Files.exists(folder.resolve("memory.swap.max"))) {
            ControlGroups.set(folder, "memory.swap.max", 0);
        }
        ControlGroups.set(folder, "memory.oom.group", 1);
        ControlGroups.set(folder, "pids.max", plan.processes() + walls);
        double processors = (double) plan.memoryBytes() / settings.bytesPerProcessor();
        return new UnifiedGroup(folder, cpu, plan.memoryBytes(), processors, settings.hardQuota());
    }

    @Override
    public List<Path> doors() {
        return List.of(folder.resolve("cgroup.procs"));
    }

    @Override
    public void ready() {
        if (!cpu) {
            return;
        }
        try {
            long weight = Math.clamp(Math.round(processors * WHOLE_WEIGHT), 1, MOST_WEIGHT);
            ControlGroups.set(folder, "cpu.weight", weight);
            if (hardQuota) {
                long quota = Math.max(LEAST_QUOTA_MICROS, Math.round(processors * PERIOD_MICROS));
                ControlGroups.set(folder, "cpu.max", quota + " " + PERIOD_MICROS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean starved() {
        return ControlGroups.number(folder.resolve("memory.events"), "oom_kill") > 0;
    }

    @Override
    public Used used() {
        return new Used(
                Duration.ofNanos(micros.read() * NANOS_PER_MICRO),
                Optional.of(peak.read()).filter(bytes -> bytes > 0));
    }

    @Override
    public void spare(long bytes) {
        try {
            ControlGroups.set(folder, "memory.max", memoryBytes + bytes);
        } catch (IOException e) {
            // the group is gone
        }
    }

    @Override
    public List<Long> members() {
        return ControlGroups.pids(folder);
    }

    @Override
    public boolean kill() {
        try {
            ControlGroups.set(folder, "cgroup.kill", 1);
        } catch (IOException e) {
            // an older machine, or nobody is there: the next line looks
        }
        return ControlGroups.kill(folder);
    }

    @Override
    public void release() throws IOException {
        micros.close();
        peak.close();
        ControlGroups.remove(folder);
    }
}
