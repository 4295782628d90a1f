package dev.dovetail.spi.executor;

import dev.dovetail.spi.host.Host;
import java.time.Duration;
import java.util.List;

/**
 * A warm copy of one version, ready to run. One invocation at a time, unless it is also {@link Concurrent}; invocations
 * may come on different threads. {@link #close} may come during a call, which then ends with {@link Outcome.Failed}.
 */
public interface Instance extends AutoCloseable {
    /**
     * Runs the function and waits for its outcome. A function that fails is an outcome, not an exception. Interrupted -
     * the deadline passed, the caller left - it returns {@link Outcome.Stopped} once the code has stopped, within a
     * second. The host is dead once this has returned.
     */
    Outcome invoke(Invocation invocation, Host host);

    /** Whether it can take another invocation. Once false, never true again. */
    boolean usable();

    /** What starting it consisted of, in order; empty if the executor does not tell them apart. */
    default List<Stage> stages() {
        return List.of();
    }

    /**
     * A part of a start.
     *
     * @param name {@code sandbox}, {@code start} (the language's runtime) or {@code load} (the function's code)
     */
    record Stage(String name, Duration took) {}

    /** Stops the instance and frees all it holds. Closing twice does nothing. */
    @Override
    void close();
}
