package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.lib.Arguments;
import dev.dovetail.executor.starlark.value.Builtin;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Sequences;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.executor.starlark.value.Tuple;
import dev.dovetail.executor.starlark.value.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Steps that run at once: while the code of one waits for the host, that of another runs. */
final class Parallel {
    /** What a strand costs beside the values that its code makes, as it is counted. */
    private static final long STRAND_BYTES = 4_096;

    private final Run run;
    private final List<Steps.Task> tasks;
    private final Object[] results;
    private final boolean exit;
    private int begun;
    private int ended;
    /** The first of the strands that ended with an error, or -1. */
    private int failed = -1;

    private Parallel(Run run, List<Steps.Task> tasks, boolean exit) {
        this.run = run;
        this.tasks = tasks;
        this.results = new Object[tasks.size()];
        this.exit = exit;
    }

    /** @param a list of (name, function, input) or (step, input), how many at once, whether the first error ends the call */
    static Object run(Run run, Object[] a) {
        List<Steps.Task> tasks = new ArrayList<>();
        for (Object item : Sequences.toArray(run, a[0])) {
            tasks.add(task(run, item, tasks.size()));
        }
        int most = Arguments.some(a[1]) ? Arguments.number(a[1], "max_concurrency") : tasks.size();
        if (most < 1 && Arguments.some(a[1])) {
            throw Failure.value("max_concurrency is at least 1, not " + most);
        }
        return new Parallel(run, tasks, Errors.unlessFalse(a[2])).run(Math.min(most, tasks.size()));
    }

    private static Steps.Task task(Run run, Object item, int index) {
        Object[] parts = item instanceof Tuple tuple
                ? tuple.items()
                : item instanceof StarList list ? list.toArray() : new Object[0];
        if (parts.length == 2 && parts[0] instanceof StepHandle step) {
            return new Steps.Task(step, parts[1]);
        }
        if (parts.length == 3 && parts[0] instanceof String) {
            Object[] definition = {parts[0], parts[1], Builtin.ABSENT, Builtin.ABSENT, Builtin.ABSENT};
            return new Steps.Task((StepHandle) Steps.define(run, definition), parts[2]);
        }
        throw Failure.type("steps to run at once are (step, input) or (name, fn, input); element " + index + " is "
                + (parts.length == 0 ? Values.type(item) : Values.type(item) + " of " + parts.length));
    }

    private Object run(int most) {
        run.allocate(STRAND_BYTES * most);
        Calling calling = Calling.of(run);
        List<Strand> strands = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            int index = i;
            strands.add(calling.strands().begin(run, () -> some(index)));
        }
        Optional<Throwable> error;
        try {
            calling.until(run, () -> ended == most || failed >= 0);
            error = failed < 0 ? Optional.empty() : strands.get(failed).thrown();
        } finally {
            calling.strands().drop(run, strands);
        }
        error.ifPresent(Parallel::rethrow);
        return new StarList(run.mutability(), results);
    }

    /** What one strand does: one task after the other, as long as there are and none has failed. */
    private void some(int strand) {
        boolean fine = false;
        try {
            while (begun < results.length && failed < 0) {
                int mine = begun++;
                results[mine] = Steps.run(run, tasks.get(mine), exit);
            }
            fine = true;
        } finally {
            ended++;
            failed = fine || failed >= 0 ? failed : strand;
        }
    }

    private static void rethrow(Throwable error) {
        switch (error) {
            case RuntimeException thrown -> throw thrown;
            case Error thrown -> throw thrown;
            default -> throw new IllegalStateException(error);
        }
    }
}
