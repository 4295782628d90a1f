package dev.dovetail.worker.sandbox;

import dev.dovetail.worker.sandbox.Cell.Used;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * A process and all that came of it, found without the help of walls: by descent, by having been seen before, and by a mark
 * in the environment that children inherit. A program that hides on purpose, by clearing its environment and leaving its
 * parents at once, is not found: that takes namespaces or control groups. Thread-safe.
 */
final class Family implements Hold {
    static final String MARK = "DOVETAIL_CELL";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String mark;
    private final long memoryBytes;
    private final int mostProcesses;
    private final Map<Long, ProcessHandle> seen = new ConcurrentHashMap<>();
    private volatile Duration cpu = Duration.ZERO;
    private volatile long peak;
    private volatile boolean starved;
    private volatile Optional<String> reason = Optional.empty();
    private volatile ProcessHandle first;

    /** @param mostProcesses those of the walls among them */
    Family(String mark, long memoryBytes, int mostProcesses) {
        this.mark = MARK + "=" + mark;
        this.memoryBytes = memoryBytes;
        this.mostProcesses = mostProcesses;
    }

    void begin(ProcessHandle process) {
        first = process;
        seen.put(process.pid(), process);
    }

    /** Ends them all if they hold more than they may. */
    void watch(ProcessTable table) {
        if (look(table) > memoryBytes) {
            starved = true;
            kill();
        } else if (seen.size() > mostProcesses) {
            reason = Optional.of("it had more than its " + mostProcesses + " processes");
            kill();
        }
    }

    /** Looks who is there by descent. @return what they hold of the machine's memory */
    private long look(ProcessTable table) {
        forgetTheDead(table);
        Set<ProcessTable.Row> rows = table.withDescendants(Set.copyOf(seen.keySet()));
        long bytes = 0;
        Duration used = Duration.ZERO;
        for (ProcessTable.Row row : rows) {
            remember(row.pid());
            bytes += ProcessTable.residentBytes(row.pid());
            used = used.plus(row.cpu());
        }
        peak = Math.max(peak, bytes);
        cpu = cpu.compareTo(used) > 0 ? cpu : used;
        return bytes;
    }

    private void forgetTheDead(ProcessTable table) {
        seen.values().removeIf(handle -> !table.rows().containsKey(handle.pid()) || !handle.isAlive());
    }

    private void remember(long pid) {
        seen.computeIfAbsent(pid, _ -> ProcessHandle.of(pid).orElse(null));
    }

    @Override
    public List<Path> doors() {
        return List.of();
    }

    @Override
    public void ready() {
        // what a machine without control groups has for this, priorities, would last for the cell's whole life
    }

    @Override
    public boolean starved() {
        return starved;
    }

    @Override
    public Optional<String> reason() {
        return reason;
    }

    @Override
    public Used used() {
        return new Used(cpu, Optional.of(peak).filter(bytes -> bytes > 0));
    }

    @Override
    public void release() {}

    /** Kills until nobody is found any more, since those who are killed may have had children meanwhile. */
    @Override
    public boolean kill() {
        return Waiting.until(
                () -> {
                    Set<ProcessHandle> found = living();
                    found.forEach(ProcessHandle::destroyForcibly);
                    return found.isEmpty();
                },
                PATIENCE);
    }

    private Set<ProcessHandle> living() {
        ProcessTable table = ProcessTable.now();
        if (table.rows().isEmpty()) {
            Set<ProcessHandle> found = first.descendants().collect(Collectors.toCollection(HashSet::new));
            found.add(first);
            found.removeIf(handle -> !handle.isAlive());
            return found;
        }
        look(table);
        for (long pid : table.rows().keySet()) {
            if (ProcessTable.environment(pid).contains(mark)) {
                remember(pid);
            }
        }
        forgetTheDead(table);
        return new HashSet<>(seen.values());
    }
}
