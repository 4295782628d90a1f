package dev.dovetail.worker.sandbox;

import dev.dovetail.spi.executor.Launch.Egress;
import dev.dovetail.spi.executor.Launch.Isolation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What to start, and what it may see and use.
 *
 * <p>Inside there are the system's programs below {@code /usr}, what a runtime needs of {@code /etc}, {@code /proc} with the
 * cell's own processes, the harmless devices, and {@code /tmp} and {@code /dev/shm} to write to.
 *
 * @param command the program, by its absolute path as seen inside, and its arguments
 * @param environment all of it: nothing of the kernel's is inherited
 * @param directory the working directory as seen inside
 * @param mounts what is seen besides the system's own read-only files
 * @param memoryBytes of all processes in the cell together
 * @param temporaryBytes size of {@code /tmp}, and of {@code /dev/shm}; both are empty at the start and count as memory
 * @param processes processes and threads at once
 * @param files open files of each process
 * @param egress whether it may reach the network, and which hosts: names, {@code *.name} for all below one, addresses, each
 *     with {@code :port} or without. By no other way than an HTTP proxy on the Unix socket that the variable
 *     {@code DOVETAIL_EGRESS} names, except at the level PROCESS, where the network is the machine's
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
     * A file, directory or socket of the machine that is seen in the cell. At the level PROCESS nothing is mounted: there the
     * words of the command, the directory, and the paths in the environment's values that lie below {@code inside} are turned
     * into what they are outside, and {@link Cell#seen} answers the path outside.
     *
     * <p>A cell may have a user of its own. What it only reads has to be readable by everyone, while the folders above may be
     * closed. What it may write is given to that user when the cell starts, with all that is in it; its size is not limited
     * but by that of each file. A socket that is itself mounted is given to the user too, and can be connected to although it
     * is mounted read-only.
     *
     * @param outside where it is
     * @param inside where the code sees it
     */
    public record Mount(Path outside, Path inside, boolean writable) {}
}
