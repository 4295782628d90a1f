package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.value.Active;
import dev.dovetail.executor.starlark.value.Halt;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.spi.host.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;

/**
 * The lines of code of one call, and whose turn it is. The thread that made the call is the first and resumes the others;
 * it alone takes the host's answers, and only when no line can go on without one. Lines that can are resumed in the order
 * in which they began to wait; so the same answers lead to the same turns.
 */
final class Strands {
    /** @param strand empty for the thread that made the call */
    private record Waiter(Optional<Strand> strand, BooleanSupplier ready) {}

    private final ThreadFactory threads;
    private final List<Waiter> waiting = new ArrayList<>();
    private Optional<Strand> current = Optional.empty();
    private long scope = Host.MAIN;

    Strands(ThreadFactory threads) {
        this.threads = threads;
    }

    /** Where the line that runs asks. */
    long scope() {
        return scope;
    }

    /** Sets where the line that runs asks from now on, and returns where it did. */
    long enter(long other) {
        long before = scope;
        scope = other;
        return before;
    }

    /** A new line, which begins when it is its turn, where the one that runs stands now. */
    Strand begin(Run run, Runnable body) {
        Active top = run.top;
        int room = run.room;
        long own = scope;
        Strand strand = new Strand(threads, () -> {
            run.top = top;
            run.room = room;
            scope = own;
            body.run();
        });
        waiting.add(new Waiter(Optional.of(strand), () -> true));
        return strand;
    }

    /**
     * Lets others run until it is the turn of this line again, which is once it can go on.
     *
     * @param answers takes one answer of the host's, which lets somebody go on
     */
    void until(Run run, BooleanSupplier ready, Runnable answers) {
        if (ready.getAsBoolean()) {
            return;
        }
        Waiter own = new Waiter(current, ready);
        waiting.add(own);
        try {
            if (current.isPresent()) {
                away(run, current.get()::pause);
            } else {
                drive(run, answers);
            }
        } finally {
            waiting.remove(own);
        }
    }

    private void drive(Run run, Runnable answers) {
        while (true) {
            Optional<Waiter> next = waiting.stream()
                    .filter(waiter -> waiter.ready.getAsBoolean())
                    .findFirst();
            if (next.isEmpty()) {
                answers.run();
            } else if (next.get().strand.isEmpty()) {
                return;
            } else {
                waiting.remove(next.get());
                resume(run, next.get().strand.get());
            }
        }
    }

    private void resume(Run run, Strand strand) {
        away(run, () -> {
            current = Optional.of(strand);
            strand.resume();
        });
        // what ends a strand for no fault of its code's ends the call
        strand.thrown().ifPresent(thrown -> {
            if (thrown instanceof Halt halt) {
                throw halt;
            }
        });
        if (Thread.interrupted()) {
            throw Calling.interrupted();
        }
    }

    /** Ends lines where they wait. */
    void drop(Run run, List<Strand> strands) {
        for (Strand strand : strands) {
            waiting.removeIf(waiter -> waiter.strand.filter(strand::equals).isPresent());
            away(run, strand::leave);
        }
    }

    /** Does something in which others run, and then stands where it stood. */
    private void away(Run run, Runnable elsewhere) {
        Active top = run.top;
        int room = run.room;
        long own = scope;
        Optional<Strand> self = current;
        try {
            elsewhere.run();
        } finally {
            run.top = top;
            run.room = room;
            scope = own;
            current = self;
        }
    }
}
