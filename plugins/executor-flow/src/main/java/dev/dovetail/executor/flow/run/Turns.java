package dev.dovetail.executor.flow.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.executor.flow.jq.Spent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * The lines of one call, and whose turn it is. The thread that made the call is the first and resumes the others; it alone
 * takes the host's answers, and only when no line can go on without one. Lines that can are resumed in the order in which
 * they began to wait; so the same answers lead to the same turns.
 */
final class Turns {
    private record Waiter(Line line, BooleanSupplier ready) {}

    private final ThreadFactory threads;
    private final Runnable answers;
    private final List<Waiter> waiting = new ArrayList<>();
    private final List<Branch> branches = new ArrayList<>();
    private final Line main = new Line();

    /** @param answers takes one answer of the host's, which lets somebody go on */
    Turns(ThreadFactory threads, Runnable answers) {
        this.threads = threads;
        this.answers = answers;
    }

    Line main() {
        return main;
    }

    /** A new line, which begins when it is its turn, in the tasks that its parent is in. */
    Branch begin(Line parent, Function<Line, JsonNode> body) {
        Branch branch = new Branch();
        Strand strand = new Strand(threads, () -> run(branch, body));
        branch.runs(new Line(strand, parent));
        branches.add(branch);
        waiting.add(new Waiter(branch.line(), () -> true));
        return branch;
    }

    private static void run(Branch branch, Function<Line, JsonNode> body) {
        try {
            branch.gives(body.apply(branch.line()));
        } catch (RuntimeException e) {
            branch.fails(e);
        } catch (Error e) {
            branch.breaks(e);
        }
    }

    /** Lets others run until it is the turn of this line again, which is once it can go on. */
    void until(Line line, BooleanSupplier ready) {
        if (line.dropped) {
            throw new Line.Dropped();
        }
        if (ready.getAsBoolean()) {
            return;
        }
        Waiter own = new Waiter(line, ready);
        waiting.add(own);
        try {
            if (line.strand.isPresent()) {
                line.strand.get().pause();
                if (line.dropped) {
                    throw new Line.Dropped();
                }
            } else {
                drive();
            }
        } finally {
            waiting.remove(own);
        }
    }

    private void drive() {
        while (true) {
            Optional<Waiter> next = waiting.stream()
                    .filter(waiter -> waiter.ready.getAsBoolean())
                    .findFirst();
            if (next.isEmpty()) {
                answers.run();
            } else if (next.get().line == main) {
                return;
            } else {
                waiting.remove(next.get());
                next.get().line.strand.orElseThrow().resume();
                after();
            }
        }
    }

    /** What ends a line for no fault of its tasks' ends the call. */
    private void after() {
        for (Branch branch : branches) {
            branch.thrown().filter(Spent.class::isInstance).ifPresent(spent -> {
                throw spent;
            });
        }
        if (Thread.interrupted()) {
            throw new Spent(Spent.What.TIME, "The call was interrupted");
        }
    }

    /** Ends lines where they wait. */
    void drop(List<Branch> unwanted) {
        for (Branch branch : unwanted) {
            Line line = branch.line();
            Strand strand = line.strand.orElseThrow();
            waiting.removeIf(waiter -> waiter.line == line);
            line.dropped = true;
            if (strand.started() && !strand.ended()) {
                strand.resume();
            }
            branches.remove(branch);
        }
    }

    /** Ends all lines but the first, when the call ends. */
    void dropAll() {
        while (!branches.isEmpty()) {
            drop(List.of(branches.getLast()));
        }
    }
}
