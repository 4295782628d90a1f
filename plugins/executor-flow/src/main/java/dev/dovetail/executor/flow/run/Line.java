package dev.dovetail.executor.flow.run;

import dev.dovetail.executor.flow.plan.Task;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.host.Host;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** One of the lines of tasks that run in turn within a call, and where it stands. */
final class Line {
    /** Empty for the line that the call began with. */
    final Optional<Strand> strand;

    /** The tasks that it is in, innermost first. */
    final Deque<Task> tasks;

    /** Where it asks: the main scope, or that of the step which it is in. */
    long scope = Host.MAIN;

    /** Nobody wants what it is about any more. */
    boolean dropped;

    Line() {
        this.strand = Optional.empty();
        this.tasks = new ArrayDeque<>();
    }

    Line(Strand strand, Line parent) {
        this.strand = Optional.of(strand);
        this.tasks = new ArrayDeque<>(parent.tasks);
    }

    Place place() {
        return tasks.isEmpty() ? Place.UNKNOWN : tasks.getFirst().place();
    }

    boolean ended() {
        return strand.filter(Strand::ended).isPresent();
    }

    /** Unwinds a line that was dropped. */
    static final class Dropped extends RuntimeException {
        private static final long serialVersionUID = 1;

        Dropped() {
            super("nobody waits for it any more", null, false, false);
        }
    }
}
