package dev.dovetail.function;

import java.util.Optional;

/**
 * How one of several pieces ended. Unchangeable.
 *
 * @param <T> what it gives
 */
public final class Ended<T> {
    private final T value;
    private final Optional<Throwable> error;

    /** Made by the system. */
    public Ended(T value, Optional<Throwable> error) {
        this.value = value;
        this.error = error;
    }

    public boolean well() {
        return error.isEmpty();
    }

    /**
     * What it gave, which may be null.
     *
     * @throws IllegalStateException if it failed
     */
    public T value() {
        if (error.isPresent()) {
            throw new IllegalStateException("It failed", error.get());
        }
        return value;
    }

    /** What it failed with. */
    public Optional<Throwable> error() {
        return error;
    }
}
