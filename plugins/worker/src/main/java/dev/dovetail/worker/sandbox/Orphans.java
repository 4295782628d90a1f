package dev.dovetail.worker.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the code of a kernel that is dead had started, and what nobody ends without control groups: it is known by the mark that it
 * inherited, which names its kernel.
 */
final class Orphans {
    private static final Pattern MARK =
            Pattern.compile("(?:^|\\x00)" + Family.MARK + "=(\\d{1,18})-(\\d{1,18})/[^\\x00]*");

    private Orphans() {}

    /** This process, as no other one is called until the machine starts again. */
    static String kernel() {
        long pid = ProcessHandle.current().pid();
        return pid + "-" + ProcessTable.start(pid);
    }

    /** A new mark for a cell of this process. */
    static String mark() {
        return kernel() + "/" + UUID.randomUUID();
    }

    /** Ends them, as far as this process may. */
    static void end() {
        ProcessTable table = ProcessTable.now();
        Optional<Path> here = numbers("self");
        for (long pid : table.rows().keySet()) {
            // in a container they are counted anew, and who is dead there is not to be told from here
            if (isOrphan(pid, table)
                    && here.isPresent()
                    && numbers(Long.toString(pid)).equals(here)) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }

    private static boolean isOrphan(long pid, ProcessTable table) {
        Matcher mark = MARK.matcher(ProcessTable.environment(pid).orElse(""));
        if (pid == ProcessHandle.current().pid() || !mark.find()) {
            return false;
        }
        ProcessTable.Row kernel = table.rows().get(Long.parseLong(mark.group(1)));
        return kernel == null || kernel.start() != Long.parseLong(mark.group(2));
    }

    /** By whose count it has its number. */
    private static Optional<Path> numbers(String process) {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc", process, "ns", "pid")));
        } catch (IOException e) {
            return Optional.empty(); // it has ended, or is somebody else's
        }
    }
}
