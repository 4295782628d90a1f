package dev.dovetail.worker;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A yard that is opened on a thread of its own, so that nobody waits who does not need it yet: at the first demand, and otherwise
 * when whoever opened it has had time for what else there is to begin with. Thread-safe.
 */
final class Opening implements AutoCloseable {
    /** Measuring the machine takes as much as a whole system takes to start. */
    private static final Duration REST = Duration.ofSeconds(2);

    private final FutureTask<Yard> opening;
    private final CountDownLatch wanted = new CountDownLatch(1);
    private final AtomicBoolean begun = new AtomicBoolean();

    private Opening(FutureTask<Yard> opening) {
        this.opening = opening;
    }

    static Opening begin(Callable<Yard> open, Context context) {
        Opening it = new Opening(new FutureTask<>(open));
        context.threads(0).newThread(it::run).start();
        return it;
    }

    private void run() {
        try {
            wanted.await(REST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it is being closed, or will be
        }
        if (begun.compareAndSet(false, true)) {
            opening.run();
        }
    }

    /** Waits until it is there, or cannot be. */
    void await() throws InterruptedException {
        wanted.countDown();
        try {
            opening.get();
        } catch (ExecutionException | CancellationException e) {
            // told to whoever asks for it
        }
    }

    /**
     * It, as soon as it is there.
     *
     * @throws PluginException of kind UNAVAILABLE if it could not be opened, or if the caller was interrupted, who stays so
     */
    Yard yard() {
        wanted.countDown();
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
        } catch (CancellationException e) {
            throw new PluginException(Kind.UNAVAILABLE, "The executor was closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(Kind.UNAVAILABLE, "Interrupted while the sandbox measured the machine", e);
        }
    }

    @Override
    public void close() {
        if (begun.compareAndSet(false, true)) {
            opening.cancel(false);
            wanted.countDown();
            return;
        }
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
