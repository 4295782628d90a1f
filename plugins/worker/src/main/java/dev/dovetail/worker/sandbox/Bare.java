package dev.dovetail.worker.sandbox;

import dev.dovetail.worker.sandbox.CellPlan.Mount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Runs a program with limits and no walls. Nothing is mounted; so what the plan says as the code would see it inside is
 * turned into where it is outside.
 */
final class Bare {
    private Bare() {}

    /**
     * The program and its arguments, with an environment that holds the plan's alone.
     *
     * @param dataBytes what each process may have at most; 0 for no limit
     */
    static List<String> command(CellPlan plan, String mark, Optional<Path> setpriv, long dataBytes) {
        List<String> words = new ArrayList<>();
        // so that it dies with the kernel, as bubblewrap's do
        setpriv.ifPresent(program -> words.addAll(List.of(program.toString(), "--pdeathsig", "KILL")));
        if (dataBytes > 0) { // a limit that the machine does not know is none
            words.addAll(List.of("/bin/sh", "-c", "ulimit -d " + dataBytes / 1024 + " 2>/dev/null; exec \"$@\"", "sh"));
        }
        words.addAll(List.of("/usr/bin/env", "-i", "--"));
        plan.environment().forEach((name, value) -> words.add(name + "=" + outsideEach(plan, value)));
        words.add(Family.MARK + "=" + mark);
        plan.command().forEach(word -> words.add(outside(plan, word)));
        return words;
    }

    static Path directory(CellPlan plan) {
        return Path.of(outside(plan, plan.directory().toString()));
    }

    /** A list of paths, such as PATH. */
    private static String outsideEach(CellPlan plan, String value) {
        return Arrays.stream(value.split(":", -1))
                .map(word -> outside(plan, word))
                .collect(Collectors.joining(":"));
    }

    private static String outside(CellPlan plan, String word) {
        Mount best = null;
        for (Mount mount : plan.mounts()) {
            String inside = mount.inside().toString();
            boolean below = word.equals(inside) || word.startsWith(inside + "/");
            if (below
                    && (best == null
                            || inside.length() > best.inside().toString().length())) {
                best = mount;
            }
        }
        return best == null
                ? word
                : best.outside() + word.substring(best.inside().toString().length());
    }
}
