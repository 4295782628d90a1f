package dev.dovetail.worker.sandbox;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What has to be taken back, in reverse order, when the rest of a start fails or the cell is closed. It all is tried,
 * whatever fails on the way. For one thread at a time.
 */
final class Undo implements AutoCloseable {
    interface Step {
        void take() throws IOException;
    }

    private final Deque<Step> steps = new ArrayDeque<>();

    void later(Step step) {
        steps.push(step);
    }

    /** The steps, which from now on are another's to take. */
    Undo handOver() {
        Undo other = new Undo();
        other.steps.addAll(steps);
        steps.clear();
        return other;
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        while (!steps.isEmpty()) {
            try {
                steps.pop().take();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
