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
    /** How long a process may take to turn into another program, during which it shows no mark. */
    private static final Duration TURNING = Duration.ofMillis(250);

    private final String mark;
    private final long memoryBytes;
    private final int mostProcesses;
    private final Map<Long, ProcessHandle> seen = new ConcurrentHashMap<>();
    private volatile Duration cpu = Duration.ZERO;
    private volatile long peak;
    private volatile boolean starved;
    private volatile Optional<String> reason = Optional.empty();
    private volatile ProcessHandle first;
    private volatile long begun;

    /** @param mostProcesses those of the walls among them */
    Family(String mark, long memoryBytes, int mostProcesses) {
        this.mark = MARK + "=" + mark;
        this.memoryBytes = memoryBytes;
        this.mostProcesses = mostProcesses;
    }

    void begin(ProcessHandle process) {
        first = process;
        begun = ProcessTable.start(process.pid());
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
        long certain = System.nanoTime() + TURNING.toNanos();
        return Waiting.until(
                () -> {
                    Living living = living();
                    if (living.known.contains(first)) {
                        first.destroyForcibly(); // or it sees its children die, and ends well before its turn comes
                    }
                    living.known.forEach(ProcessHandle::destroyForcibly);
                    return living.known.isEmpty() && (!living.perhapsMore || System.nanoTime() > certain);
                },
                PATIENCE);
    }

    /** @param perhapsMore whether a process came after the first one, of which nobody can tell yet whose it is */
    private record Living(Set<ProcessHandle> known, boolean perhapsMore) {}

    private Living living() {
        ProcessTable table = ProcessTable.now();
        if (table.rows().isEmpty()) {
            Set<ProcessHandle> found = first.descendants().collect(Collectors.toCollection(HashSet::new));
            found.add(first);
            found.removeIf(handle -> !handle.isAlive());
            return new Living(found, false);
        }
        look(table);
        boolean perhapsMore = false;
        for (ProcessTable.Row row : table.rows().values()) {
            Optional<String> environment = ProcessTable.environment(row.pid());
            if (environment.filter(it -> it.contains(mark)).isPresent()) {
                remember(row.pid());
            } else if (environment.filter(String::isEmpty).isPresent() && row.start() >= begun) {
                perhapsMore = true;
            }
        }
        forgetTheDead(table);
        return new Living(new HashSet<>(seen.values()), perhapsMore);
    }
}
