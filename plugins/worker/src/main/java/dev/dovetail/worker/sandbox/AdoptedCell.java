package dev.dovetail.worker.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A process that another cell's program made of itself, with limits of its own. It has no standard streams of ours. */
final class AdoptedCell implements Cell {
    /** How long whoever should tell how it ended may take, once it is gone. */
    private static final Duration TELLING = Duration.ofSeconds(2);

    private static final int KILLED = 128 + 9;
    private static final String NUMBERS = "NSpid:";

    private final RunningCell family;
    private final ProcessHandle process;
    private final Hold hold;
    private final CompletableFuture<Integer> status;
    private final CompletableFuture<End> ended;
    private final Keep keep;

    /** @param undo what is to be done when it is closed and nothing is left of it */
    AdoptedCell(RunningCell family, ProcessHandle process, Hold hold, CompletableFuture<Integer> status, Undo undo) {
        this.family = family;
        this.process = process;
        this.hold = hold;
        this.status = status;
        this.keep = new Keep(hold, undo);
        ended = status.thenApply(
                it -> Ends.of(it, it != 0 && hold.starved(), family.plan().memoryBytes(), hold.reason()));
    }

    /**
     * Which of these processes has this number in its own namespace.
     *
     * @throws IOException if none has
     */
    static ProcessHandle find(List<Long> processes, long inside) throws IOException {
        for (long pid : processes) {
            ProcessHandle handle = ProcessHandle.of(pid).orElse(null);
            // looked at after the handle was made, which knows when the process began: a number may be another's
            // tomorrow
            if (handle != null && innermost(pid) == inside) {
                return handle;
            }
        }
        throw new IOException("The cell has no process " + inside);
    }

    private static long innermost(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith(NUMBERS)) {
                    String[] numbers = line.substring(NUMBERS.length()).strip().split("\\s+");
                    return Long.parseLong(numbers[numbers.length - 1]);
                }
            }
            return -1;
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            return -1; // it has ended meanwhile
        }
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public Path seen(Path outside) {
        return family.seen(outside);
    }

    @Override
    public InputStream output() {
        return InputStream.nullInputStream();
    }

    @Override
    public InputStream errors() {
        return InputStream.nullInputStream();
    }

    @Override
    public OutputStream input() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public void ready() {
        keep.ready();
    }

    @Override
    public CompletableFuture<End> ended() {
        return ended;
    }

    @Override
    public boolean alive() {
        return !status.isDone() && process.isAlive();
    }

    @Override
    public Used used() {
        return keep.used();
    }

    @Override
    public void close() {
        keep.close(pid(), this::end);
    }

    private boolean end() {
        boolean gone = hold.kill();
        Waiting.until(status::isDone, TELLING);
        status.complete(KILLED);
        ended.join(); // it asks the hold
        return gone;
    }
}
