package dev.dovetail.worker;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A yard that is being opened on a thread of its own, so that nobody waits who does not need it yet. Thread-safe. */
final class Opening implements AutoCloseable {
    private final FutureTask<Yard> opening;

    private Opening(FutureTask<Yard> opening) {
        this.opening = opening;
    }

    static Opening begin(Callable<Yard> open, Context context) {
        FutureTask<Yard> opening = new FutureTask<>(open);
        context.threads(0).newThread(opening).start();
        return new Opening(opening);
    }

    /** Waits until it is there, or cannot be. */
    void await() throws InterruptedException {
        try {
            opening.get();
        } catch (ExecutionException e) {
            // told to whoever asks for it
        }
    }

    /**
     * It, as soon as it is there.
     *
     * @throws PluginException of kind UNAVAILABLE if it could not be opened, or if the caller was interrupted, who stays so
     */
    Yard yard() {
        try {
            return opening.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PluginException told) {
                throw new PluginException(told.kind(), told.getMessage(), told);
            }
            throw new PluginException(
                    Kind.UNAVAILABLE,
                    "The workers' directories could not be made: "
                            + e.getCause().getMessage(),
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(Kind.UNAVAILABLE, "Interrupted while the sandbox measured the machine", e);
        }
    }

    @Override
    public void close() {
        boolean interrupted = false;
        while (true) {
            try {
                opening.get().close();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // what is being opened has to be closed all the same
            } catch (ExecutionException e) {
                break; // there is nothing to close
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
