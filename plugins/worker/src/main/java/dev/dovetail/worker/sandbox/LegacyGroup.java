package dev.dovetail.worker.sandbox;

import dev.dovetail.worker.sandbox.Cell.Used;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A group of control groups version 1: one directory for each controller. */
final class LegacyGroup implements Hold {
    private static final long WHOLE_SHARE = 1024;
    private static final long LEAST_SHARE = 2;
    private static final long PERIOD_MICROS = 10_000;
    private static final long LEAST_QUOTA_MICROS = 1_000;

    private final Map<String, Path> parts;
    private final long memoryBytes;
    private final double processors;
    private final boolean hardQuota;
    private final Gauge nanos;
    private final Gauge peak;
    private long spared;

    private LegacyGroup(Map<String, Path> parts, long memoryBytes, double processors, boolean hardQuota) {
        this.parts = parts;
        this.memoryBytes = memoryBytes;
        this.processors = processors;
        this.hardQuota = hardQuota;
        // without a controller for it there is no such file, and what is used is not known
        this.nanos =
                new Gauge(parts.getOrDefault(ControlGroups.ACCOUNTS, memory()).resolve("cpuacct.usage"), "");
        this.peak = new Gauge(memory().resolve("memory.max_usage_in_bytes"), "");
    }

    static LegacyGroup limit(Map<String, Path> parts, CellPlan plan, SandboxSettings settings, int walls)
            throws IOException {
        Path memory = parts.get(ControlGroups.MEMORY);
        ControlGroups.set(memory, "memory.limit_in_bytes", plan.memoryBytes());
        if (Files.exists(memory.resolve("memory.memsw.limit_in_bytes"))) {
            ControlGroups.set(memory, "memory.memsw.limit_in_bytes", plan.memoryBytes());
        }
        ControlGroups.set(parts.get(ControlGroups.PIDS), "pids.max", plan.processes() + walls);
        double processors = (double) plan.memoryBytes() / settings.bytesPerProcessor();
        return new LegacyGroup(parts, plan.memoryBytes(), processors, settings.hardQuota());
    }

    @Override
    public List<Path> doors() {
        return parts.values().stream()
                .distinct()
                .map(part -> part.resolve("cgroup.procs"))
                .toList();
    }

    @Override
    public void ready() {
        Path cpu = parts.get(ControlGroups.CPU);
        if (cpu == null) {
            return;
        }
        try {
            ControlGroups.set(cpu, "cpu.shares", Math.max(LEAST_SHARE, Math.round(processors * WHOLE_SHARE)));
            if (hardQuota) {
                ControlGroups.set(cpu, "cpu.cfs_period_us", PERIOD_MICROS);
                ControlGroups.set(
                        cpu, "cpu.cfs_quota_us", Math.max(LEAST_QUOTA_MICROS, Math.round(processors * PERIOD_MICROS)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean starved() {
        return ControlGroups.number(memory().resolve("memory.oom_control"), "oom_kill") > 0;
    }

    private Path memory() {
        return parts.get(ControlGroups.MEMORY);
    }

    @Override
    public Used used() {
        return new Used(Duration.ofNanos(nanos.read()), Optional.of(peak.read()).filter(bytes -> bytes > 0));
    }

    @Override
    public synchronized void spare(long bytes) {
        List<String> files = new ArrayList<>(List.of("memory.limit_in_bytes"));
        if (Files.exists(memory().resolve("memory.memsw.limit_in_bytes"))) {
            files.add("memory.memsw.limit_in_bytes");
        }
        if (bytes > spared) {
            Collections.reverse(files); // the larger of the two limits has to grow first, and to shrink last
        }
        spared = bytes;
        for (String file : files) {
            try {
                ControlGroups.set(memory(), file, memoryBytes + bytes);
            } catch (IOException e) {
                return; // more is held at this moment, or the group is gone
            }
        }
    }

    @Override
    public List<Long> members() {
        return ControlGroups.pids(memory());
    }

    @Override
    public boolean kill() {
        try {
            ControlGroups.set(parts.get(ControlGroups.PIDS), "pids.max", 0); // or a fork bomb could outrun us
        } catch (IOException e) {
            // it is gone, and with it everybody
        }
        return ControlGroups.kill(memory());
    }

    @Override
    public void release() throws IOException {
        nanos.close();
        peak.close();
        for (Path part : parts.values().stream().distinct().toList()) {
            ControlGroups.remove(part);
        }
    }
}
