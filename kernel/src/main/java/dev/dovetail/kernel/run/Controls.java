package dev.dovetail.kernel.run;

import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.spi.Bytes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Has executors do to running calls what only they can. Thread-safe. */
final class Controls {
    /** What takes longer is interrupted. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Deadlines deadlines;
    private final ThreadFactory threads;

    Controls(Deadlines deadlines, ThreadFactory threads) {
        this.deadlines = deadlines;
        this.threads = threads;
    }

    /** As {@link Debugging#control}. */
    Optional<Bytes> control(String executionId, String action, Bytes payload) throws InterruptedException {
        Optional<Deadlines.Call> found = deadlines.find(executionId);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Deadlines.Call call = found.get();
        FutureTask<Optional<Bytes>> task = new FutureTask<>(() -> call.loan().control(executionId, action, payload));
        threads.newThread(task).start();
        try {
            return task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .map(result -> Bytes.utf8(call.disclosed().conceal(result.text())));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException said) {
                throw said;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw PluginFailure.unavailable(
                    "The action " + action + " of " + call.loan().plugin() + " has not ended within "
                            + PATIENCE.toSeconds() + " s, and was interrupted");
        } finally {
            task.cancel(true);
        }
    }
}
