package dev.dovetail.kernel.plugin;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Gives a plugin so much time and no more: what takes longer is interrupted, and its late answer sent another way. */
final class Patience {
    /** For an interrupted call to come back, before it is given up for good. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private Patience() {}

    /** @throws PluginFailure of the call, or because it took too long */
    static void within(Duration patience, String what, Callable<Void> call) throws InterruptedException {
        within(patience, what, call, late -> {});
    }

    /**
     * Makes the call on a platform thread of its own, which begins at once however much virtual threads have to do.
     *
     * @param what names the call at the beginning of a sentence
     * @param late takes an answer that came after all
     * @throws PluginFailure of the call, or because it took too long
     */
    static <R> R within(Duration patience, String what, Callable<R> call, Consumer<R> late)
            throws InterruptedException {
        return on(Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false), patience, what, call, late);
    }

    /** The same on a virtual thread, where the SPI promises one. */
    static <R> R virtually(Duration patience, String what, Callable<R> call, Consumer<R> late)
            throws InterruptedException {
        return on(Thread.ofVirtual(), patience, what, call, late);
    }

    private static <R> R on(Thread.Builder threads, Duration patience, String what, Callable<R> call, Consumer<R> late)
            throws InterruptedException {
        CompletableFuture<R> answer = new CompletableFuture<>();
        Thread thread = threads.name("plugin call").start(() -> attempt(call, answer, late));
        try {
            return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw failure(what, e.getCause());
        } catch (TimeoutException e) {
            PluginFailure tooLate = PluginFailure.brokenNow(what + " took longer than " + told(patience));
            if (!answer.completeExceptionally(tooLate)) {
                return settled(what, answer);
            }
            thread.interrupt();
            throw thread.join(GRACE)
                    ? PluginFailure.brokenNow(tooLate.getMessage() + " and was interrupted")
                    : PluginFailure.brokenNow(tooLate.getMessage() + " and does not heed being interrupted");
        } catch (InterruptedException e) {
            answer.cancel(false);
            thread.interrupt();
            throw e;
        }
    }

    private static <R> void attempt(Callable<R> call, CompletableFuture<R> answer, Consumer<R> late) {
        try {
            R given = call.call();
            if (!answer.complete(given)) {
                late.accept(given);
            }
        } catch (Exception | OutOfMemoryError e) {
            answer.completeExceptionally(e);
        }
    }

    private static <R> R settled(String what, CompletableFuture<R> answer) throws InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw failure(what, e.getCause());
        }
    }

    private static PluginFailure failure(String what, Throwable why) {
        return switch (why) {
            case PluginFailure failure -> new PluginFailure(failure.kind(), what + " failed: " + failure.getMessage());
            case InterruptedException e -> PluginFailure.brokenNow(what + " ended as if it had been interrupted");
            case OutOfMemoryError e -> PluginFailure.brokenNow(what + " failed: " + Boundary.told(e));
            default -> PluginFailure.broken(what + " failed: " + Boundary.told(why));
        };
    }

    private static String told(Duration patience) {
        return patience.toMillis() % 1000 == 0 ? patience.toSeconds() + " s" : patience.toMillis() + " ms";
    }
}
