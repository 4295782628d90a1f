package dev.dovetail.worker.sandbox;

import dev.dovetail.spi.executor.Launch.Egress;
import dev.dovetail.spi.executor.Launch.Isolation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What to start, and what it may see and use.
 *
 * @param command the program, by its absolute path as seen inside, and its arguments
 * @param environment all of it: nothing of the kernel's is inherited
 * @param directory the working directory as seen inside
 * @param mounts what is seen besides the system's own read-only files
 * @param memoryBytes of all processes in the cell together
 * @param temporaryBytes size of {@code /tmp}, which is empty at the start and counts as memory
 * @param processes processes and threads at once
 * @param files open files of each process
 * @param egress whether it may reach the network, and which hosts; through a proxy on a Unix socket and by no other way
 * @param atLeast refuse to start rather than run with less
 */
public record CellPlan(
        List<String> command,
        Map<String, String> environment,
        Path directory,
        List<Mount> mounts,
        long memoryBytes,
        long temporaryBytes,
        int processes,
        int files,
        Egress egress,
        Isolation atLeast) {
    public CellPlan {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        mounts = List.copyOf(mounts);
    }

    /**
     * A file or directory of the machine that is seen in the cell. At the level PROCESS nothing is mounted, and
     * {@link Cell#seen} answers the path outside.
     *
     * @param outside where it is
     * @param inside where the code sees it
     */
    public record Mount(Path outside, Path inside, boolean writable) {}
}
