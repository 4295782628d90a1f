package dev.dovetail.kernel.plugin;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * Lets one piece of work run at a time, in the order of asking, each on a thread of its own that no caller interrupts. These
 * are platform threads: a virtual one begins only when a carrier has nothing else to do, which under load is seconds away.
 */
final class Turns {
    /** What is done in a turn. */
    @FunctionalInterface
    interface Work<R> {
        R run() throws InterruptedException;
    }

    private static final System.Logger LOG = System.getLogger("dev.dovetail.kernel.plugin");

    private final String name;
    private CompletableFuture<?> last = CompletableFuture.completedFuture(true);

    /** @param name of the threads */
    Turns(String name) {
        this.name = name;
    }

    /**
     * Waits for a turn and for the work to be done in it.
     *
     * @throws InterruptedException if the caller stopped waiting; the work goes on
     */
    <R> R take(Work<R> work) throws InterruptedException {
        try {
            return begin(work).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(name + " broke off: " + e.getCause(), e.getCause());
        }
    }

    /** Has the work done when its turn comes. */
    synchronized <R> Future<R> begin(Work<R> work) {
        CompletableFuture<?> before = last;
        CompletableFuture<R> done = new CompletableFuture<>();
        last = done;
        Thread.ofPlatform()
                .name(name)
                .daemon()
                .inheritInheritableThreadLocals(false)
                .start(() -> {
                    before.handle((answer, failure) -> true).join();
                    try {
                        done.complete(work.run());
                    } catch (InterruptedException | RuntimeException e) {
                        LOG.log(System.Logger.Level.ERROR, name + " broke off", e);
                        done.completeExceptionally(e);
                    }
                });
        return done;
    }

    /** Whether it is somebody's turn. */
    synchronized boolean busy() {
        return !last.isDone();
    }
}
