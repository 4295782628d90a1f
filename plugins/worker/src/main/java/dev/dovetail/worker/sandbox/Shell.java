package dev.dovetail.worker.sandbox;

import java.util.ArrayList;
import java.util.List;

/**
 * What a shell does between the kernel and the program, in one process that becomes the program: it sets limits, which a
 * JVM cannot do for its children.
 */
final class Shell {
    private static final int BLOCK = 512;

    private Shell() {}

    /** The words of the plan go in as arguments, never as part of the script. */
    static List<String> before(CellPlan plan, List<String> command) {
        List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", script(plan), "sh"));
        words.addAll(command);
        return words;
    }

    /** A limit that cannot be set is below what was asked already, or not known to the machine. */
    private static String script(CellPlan plan) {
        long file = Math.max(plan.memoryBytes(), plan.temporaryBytes());
        return "ulimit -c 0; ulimit -n " + plan.files() + " 2>/dev/null; ulimit -f " + file / BLOCK
                + " 2>/dev/null; exec \"$@\"";
    }
}
