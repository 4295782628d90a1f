package dev.dovetail.worker;

import dev.dovetail.spi.Fault;
import dev.dovetail.worker.log.Pipes;
import dev.dovetail.worker.sandbox.Cell;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What is left of a worker that has ended, until it is removed. Thread-safe. */
final class Remains {
    private static final long LAST_WORDS_MS = 500;

    private final Cell cell;
    private final Pipes pipes;
    private final Runnable leave;
    private final Object removing = new Object();
    private boolean removed;
    private volatile boolean stayed;

    /** @param leave takes away what belonged to the worker */
    Remains(Cell cell, Pipes pipes, Runnable leave) {
        this.cell = cell;
        this.pipes = pipes;
        this.leave = leave;
    }

    /** A process that closed its link is about to end, and how it ends is worth knowing. */
    void letGo() throws InterruptedException {
        try {
            cell.ended().get(LAST_WORDS_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            stayed = true;
        } finally {
            remove();
        }
    }

    /** Waits until nothing is left of it, also when somebody else removes it already. */
    void remove() {
        synchronized (removing) {
            if (!removed) {
                removed = true;
                pipes.drain();
                cell.close();
                pipes.end();
                leave.run();
            }
        }
    }

    /** What a call fails with that the end cut short. Waits for the process to have gone. */
    Fault fault(Ending why, Language language, int memoryMb) {
        if (why.cause() == Ending.Cause.CLOSED || why.cause() == Ending.Cause.STUCK) {
            return why.fault(Optional.empty(), List.of(), false, memoryMb, Optional.empty());
        }
        Optional<Cell.End> end = how().filter(it -> !stayed);
        List<String> last = pipes.last();
        boolean memory = why.cause() == Ending.Cause.GONE && language.outOfMemory(last);
        return why.fault(end, last, memory, memoryMb, cell.used().peakBytes());
    }

    private Optional<Cell.End> how() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return Optional.of(cell.ended().get(LAST_WORDS_MS * 2, TimeUnit.MILLISECONDS));
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException | TimeoutException e) {
                    return Optional.empty();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
