package dev.dovetail.testkit;

import java.time.Duration;
import java.util.Optional;

/**
 * Waits for what comes about on other threads, in processes or on machines, where a test can only look whether it has.
 * Whoever can be told instead waits for being told: see {@code Lines.await} and {@code FakeHost.awaitAsked}.
 *
 * <p>It looks at once and then every few milliseconds, on the test's own thread; what a look throws ends the waiting, so a
 * test may fail early where what it waits for can no longer come. When the time is over, it looks for the last time.
 * Interrupting the thread ends the waiting.
 */
public final class Eventually {
    /** How long is waited where a test does not say: long, since only a test that fails waits to its end. */
    public static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final long PAUSE_MILLIS = 5;

    private Eventually() {}

    /**
     * What is to come about.
     *
     * @param <X> what looking may throw
     */
    public interface Condition<X extends Exception> {
        boolean holds() throws X;
    }

    /**
     * What is there now.
     *
     * @param <T> of what type it is
     * @param <X> what looking may throw
     */
    public interface Look<T, X extends Exception> {
        T look() throws X;
    }

    /**
     * Waits {@link #PATIENCE} at most until this holds.
     *
     * @param what a sentence that is then true, such as {@code the worker is gone}
     */
    public static <X extends Exception> void holds(String what, Condition<X> condition) throws X, InterruptedException {
        holds(what, PATIENCE, condition);
    }

    /** Waits until this holds, and fails if it does not within this time. */
    public static <X extends Exception> void holds(String what, Duration within, Condition<X> condition)
            throws X, InterruptedException {
        if (!comes(within, condition)) {
            throw new AssertionError("Not within " + words(within) + ": " + what);
        }
    }

    /** The same, which if it fails says what there is instead. */
    public static <X extends Exception> void holds(
            String what, Duration within, Condition<X> condition, Look<?, X> instead) throws X, InterruptedException {
        if (!comes(within, condition)) {
            throw new AssertionError("Not within " + words(within) + ": " + what + "; instead: " + instead.look());
        }
    }

    /**
     * Waits until something is found, and fails if it is not within this time.
     *
     * @param what what is waited for, such as {@code the worker to be gone}
     */
    public static <T, X extends Exception> T found(String what, Duration within, Look<Optional<T>, X> look)
            throws X, InterruptedException {
        return first(within, look)
                .orElseThrow(() -> new AssertionError("Waited " + words(within) + " in vain for " + what));
    }

    private static <X extends Exception> boolean comes(Duration within, Condition<X> condition)
            throws X, InterruptedException {
        return first(within, () -> condition.holds() ? Optional.of(true) : Optional.empty())
                .isPresent();
    }

    private static <T, X extends Exception> Optional<T> first(Duration within, Look<Optional<T>, X> look)
            throws X, InterruptedException {
        long begun = System.nanoTime();
        Optional<T> found = look.look();
        while (found.isEmpty() && System.nanoTime() - begun <= within.toNanos()) {
            Thread.sleep(PAUSE_MILLIS);
            found = look.look();
        }
        return found;
    }

    private static String words(Duration time) {
        long millis = time.toMillis();
        return millis % 1_000 == 0 ? millis / 1_000 + " s" : millis + " ms";
    }
}
