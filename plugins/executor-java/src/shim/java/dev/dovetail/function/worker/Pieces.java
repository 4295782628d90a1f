package dev.dovetail.function.worker;

import dev.dovetail.function.Ended;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Pieces of code at once, so many at a time. What it keeps is changed by whoever's turn it is. */
final class Pieces<T> {
    private static final int MOST = 64;

    private final Call call;
    private final List<Supplier<T>> todo;
    private final List<Ended<T>> ended;
    private final boolean all;
    private int next;
    private int running;
    private Optional<Throwable> first = Optional.empty();
    private Optional<Throwable> broken = Optional.empty();

    /** @param all whether others begin after one has failed */
    Pieces(Call call, List<Supplier<T>> todo, boolean all) {
        this.call = call;
        this.todo = List.copyOf(todo);
        this.ended = new ArrayList<>(Collections.nCopies(todo.size(), null));
        this.all = all;
    }

    Pieces<T> run(int atOnce) {
        if (atOnce < 1) {
            throw new IllegalArgumentException("At least one piece is under way at once, not " + atOnce);
        }
        synchronized (call) {
            call.check();
            Turns turns = call.turns();
            Turns.Strand me = turns.current()
                    .orElseThrow(() -> new IllegalStateException(
                            "Only threads that the system calls the function on run pieces at once"));
            int lanes = Math.min(Math.min(atOnce, MOST), todo.size());
            try {
                for (int i = 0; i < lanes; i++) {
                    turns.add(me, this::lane);
                    running++;
                }
            } finally {
                if (running > 0) {
                    turns.await(me, () -> running == 0, true);
                }
            }
            call.check();
        }
        broken.ifPresent(Pieces::raise);
        return this;
    }

    private void lane() {
        try {
            while (next < todo.size() && (all || first.isEmpty())) {
                one(next++);
            }
        } catch (Throwable e) {
            broken = Optional.of(e);
        } finally {
            running--;
        }
    }

    private void one(int index) {
        try {
            ended.set(index, new Ended<>(todo.get(index).get(), Optional.empty()));
        } catch (Leave e) {
            throw e;
        } catch (Throwable e) {
            ended.set(index, new Ended<>(null, Optional.of(e)));
            first = first.isPresent() ? first : Optional.of(e);
        }
    }

    List<Ended<T>> ended() {
        return Collections.unmodifiableList(ended);
    }

    List<T> values() {
        first.ifPresent(Pieces::raise);
        List<T> values = new ArrayList<>();
        ended.forEach(each -> values.add(each.value()));
        return Collections.unmodifiableList(values);
    }

    private static void raise(Throwable error) {
        if (error instanceof Error) {
            throw (Error) error;
        }
        throw (RuntimeException) error; // a supplier throws no others
    }
}
