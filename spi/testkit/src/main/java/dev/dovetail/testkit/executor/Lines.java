package dev.dovetail.testkit.executor;

import dev.dovetail.spi.executor.Launch;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A log sink that keeps what it is given. */
public final class Lines implements Launch.LogSink {
    private static final long PATIENCE_SECONDS = 10;

    private record Line(Optional<String> execution, String text) {}

    private final List<Line> all = new CopyOnWriteArrayList<>();

    @Override
    public synchronized void line(Optional<String> execution, String text) {
        all.add(new Line(execution, text));
        notifyAll();
    }

    public List<String> texts() {
        return all.stream().map(Line::text).toList();
    }

    /** Whose each line is, in the order of {@link #texts}; empty for one that belongs to no execution. */
    public List<Optional<String>> executions() {
        return all.stream().map(Line::execution).toList();
    }

    /** Waits until so many lines have come: a worker's may come after the answer of the call that printed them. */
    public synchronized void await(int lines) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (all.size() < lines) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("Of " + lines + " lines have come " + texts());
            }
            wait(left);
        }
    }
}
