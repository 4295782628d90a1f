package dev.dovetail.function;

/**
 * An answer of the system that is under way. Thread-safe.
 *
 * @param <T> what it will be
 */
public interface Pending<T> {
    /**
     * Waits for the answer.
     *
     * @throws HostException if the system refused
     */
    T get();

    /** Whether {@link #get} would return at once. */
    boolean done();
}
