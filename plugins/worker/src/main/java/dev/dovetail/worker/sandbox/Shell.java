package dev.dovetail.worker.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a shell does between the kernel and the program, in one process that becomes the program: it enters control groups,
 * sets limits and opens files, none of which a JVM can do for its children.
 */
final class Shell {
    private static final int BLOCK = 512;
    private static final String END = "--";

    /** How it ends when it could not do its part. */
    static final int FAILED = 125;

    /** Entering comes first, so that all that follows counts. A zero means the process that writes it. */
    private static final String ENTER = "while [ \"$1\" != -- ]; do echo 0 > \"$1\" || exit 125; shift; done; shift; ";

    private Shell() {}

    /** The words of the plan go in as arguments, never as part of the script. */
    static List<String> before(CellPlan plan, List<Path> doors, List<Path> descriptors, List<String> command) {
        StringBuilder script = new StringBuilder(ENTER).append(limits(plan));
        for (int i = 0; i < descriptors.size(); i++) {
            script.append("exec ").append(3 + i).append("<\"$1\" || exit 125; shift; ");
        }
        script.append("exec \"$@\"");
        List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", script.toString(), "sh"));
        doors.forEach(door -> words.add(door.toString()));
        words.add(END);
        descriptors.forEach(file -> words.add(file.toString()));
        words.addAll(command);
        return words;
    }

    /** A limit that cannot be set is below what was asked already, or not known to the machine. */
    private static String limits(CellPlan plan) {
        long file = Math.max(plan.memoryBytes(), plan.temporaryBytes()); // some heaps are files in memory
        return "ulimit -c 0; ulimit -n " + plan.files() + " 2>/dev/null; ulimit -f " + file / BLOCK + " 2>/dev/null; ";
    }
}
