package dev.dovetail.worker.log;

import dev.dovetail.spi.executor.Launch.LogSink;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What one worker writes to its standard streams. Nothing is read but by {@link #drain}, which never blocks: a watch calls it
 * often, and whoever ends a call calls it before the answer, so that lines come before it. Thread-safe.
 */
public final class Pipes implements LogWatch.Looked {
    private static final int LAST_LINES = 20;

    private final List<Pipe> pipes;
    private final Redaction redaction;
    private final Bounds bounds;
    private final Consumer<String> flooded;
    private final Deque<String> last = new ArrayDeque<>();
    private LogSink sink = (execution, text) -> {};
    private Optional<String> execution = Optional.empty();
    private int lines;
    private long bytes;
    private long droppedLines;
    private boolean ended;

    /**
     * How much a worker may write between two calls or during one.
     *
     * @param lines that are kept
     * @param bytes that are kept
     * @param hardBytes after which the worker is ended
     */
    public record Bounds(int lines, long bytes, long hardBytes) {}

    /** @param flooded told once, in words, when the worker writes more than it may in any case; it must not wait */
    public Pipes(List<InputStream> streams, Redaction redaction, Bounds bounds, Consumer<String> flooded) {
        this.pipes = streams.stream().map(Pipe::new).toList();
        this.redaction = redaction;
        this.bounds = bounds;
        this.flooded = flooded;
    }

    /** Where lines go from now on. */
    public synchronized void to(LogSink target) {
        sink = target;
    }

    /** A call begins; what comes now is its own. To look once more what came before would take as long as a short call. */
    public synchronized void begin(Optional<String> call) {
        settle();
        execution = call;
    }

    /** The call has ended, and all that it wrote is told. */
    public synchronized void end() {
        drain();
        pipes.forEach(pipe -> pipe.flush(this::line));
        settle();
        execution = Optional.empty();
    }

    private void settle() {
        if (droppedLines > 0) {
            sink.line(
                    execution,
                    "(" + droppedLines + " further lines were left out: at most " + bounds.lines + " lines and "
                            + bounds.bytes + " bytes are kept)");
        }
        lines = 0;
        bytes = 0;
        droppedLines = 0;
    }

    /** Takes what is there; answers whether there was much. */
    public synchronized boolean drain() {
        long before = bytes;
        for (Pipe pipe : pipes) {
            for (int read = pipe.read(this::line); read > 0 && !ended; read = pipe.read(this::line)) {
                bytes += read;
                if (bytes > bounds.hardBytes) {
                    ended = true;
                    flooded.accept("it wrote more than " + bounds.hardBytes + " bytes to its log");
                }
            }
        }
        return bytes - before > 1 << 12;
    }

    @Override
    public boolean look() {
        return drain();
    }

    private void line(String raw) {
        String text = redaction.clean(raw);
        if (last.size() == LAST_LINES) {
            last.removeFirst();
        }
        last.addLast(text);
        if (lines < bounds.lines && bytes < bounds.bytes) {
            lines++;
            sink.line(execution, text);
        } else {
            droppedLines++;
        }
    }

    /** Lines that came another way, of this execution: where several run at once, only the worker can tell. */
    public synchronized void line(Optional<String> of, String raw) {
        Optional<String> before = execution;
        execution = of;
        bytes += raw.length();
        raw.lines().forEach(this::line);
        execution = before;
    }

    /** The last lines of all, redacted: what a worker said before it ended. */
    public synchronized List<String> last() {
        drain();
        return List.copyOf(last);
    }
}
