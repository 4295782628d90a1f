package dev.dovetail.spi.executor;

import dev.dovetail.spi.executor.Launch.Isolation;

/** Ability of an executor: workers that are started before it is known for which version, so that a cold start loads code only. */
public interface Prestarts {
    /** Starts a worker that belongs to no tenant yet. */
    Blank prestart(String runtime, Limits limits, Isolation isolation) throws InterruptedException;

    /** Makes an instance of a blank, which is used up by it whatever happens. */
    Instance start(Launch launch, Blank blank) throws InterruptedException;

    /** A started worker without code. Used by one {@link #start}, or closed. */
    interface Blank extends AutoCloseable {
        @Override
        void close();
    }
}
