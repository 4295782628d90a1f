package dev.dovetail.spi.rollout;

import dev.dovetail.spi.Config;

/**
 * Decides how traffic moves to a new version - of a function, or of a plugin.
 *
 * <p>A strategy is a function of what it is shown: it keeps nothing between calls, starts nothing and never blocks. The
 * kernel asks, carries out the step, and asks again; so a rollout survives a restart, and a new version of the
 * strategy's plugin can take over in the middle of one.
 */
public interface DeploymentStrategy extends AutoCloseable {
    Step next(Rollout rollout, Config config);

    @Override
    default void close() {}
}
