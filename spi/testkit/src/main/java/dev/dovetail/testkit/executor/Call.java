package dev.dovetail.testkit.executor;

import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A call that runs on a thread of its own, so that a test can interrupt it. */
public final class Call {
    private final FutureTask<Outcome> task;
    private final Thread thread;

    private Call(FutureTask<Outcome> task) {
        this.task = task;
        this.thread = Thread.ofPlatform().daemon().name("call").start(task);
    }

    public static Call of(Instance instance, Invocation invocation, Host host) {
        return new Call(new FutureTask<>(() -> instance.invoke(invocation, host)));
    }

    public void interrupt() {
        thread.interrupt();
    }

    /** @throws AssertionError if it has not ended by then */
    public Outcome outcome(Duration within) throws InterruptedException {
        try {
            return task.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("The call has not ended within " + within + "; it is at "
                    + java.util.List.of(thread.getStackTrace()));
        } catch (ExecutionException e) {
            throw new AssertionError("invoke threw instead of answering with an outcome", e.getCause());
        }
    }
}
