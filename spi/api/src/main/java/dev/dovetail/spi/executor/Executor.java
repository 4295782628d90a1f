package dev.dovetail.spi.executor;

import java.util.List;
import java.util.Optional;

/**
 * Runs functions of one language or runtime.
 *
 * <p>Thread-safe. The kernel closes every {@link Instance} before it closes the executor. Rules:
 * {@code docs/spi/executor.md}.
 */
public interface Executor extends AutoCloseable {
    /**
     * Checks, when a version is deployed, that it could be started; an empty list means yes. Does not run the
     * function's code. Each problem has a message, if possible a place (line and column), and a remedy if there is one.
     */
    List<Problem> inspect(Launch launch);

    /**
     * Starts an instance and returns once it can take its first invocation.
     *
     * @throws dev.dovetail.spi.PluginException of kind REJECTED if the code cannot start, EXHAUSTED if there is no room
     * @throws InterruptedException if the kernel gave up waiting; whatever was started must be gone
     */
    Instance start(Launch launch) throws InterruptedException;

    /**
     * How far this executor keeps code apart from the machine it was opened on, measured when it was; empty if code never
     * leaves an interpreter inside the kernel. A launch that asks for more is refused by {@link #inspect} and by
     * {@link #start}, never run with less.
     */
    default Optional<Launch.Isolation> isolation() {
        return Optional.empty();
    }

    @Override
    void close();
}
