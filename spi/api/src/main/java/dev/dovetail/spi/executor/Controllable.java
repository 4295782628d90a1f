package dev.dovetail.spi.executor;

import dev.dovetail.spi.Bytes;

/**
 * Ability of an instance: what only its executor knows how to do to a call that runs, such as taking a profile of it. Which actions there are
 * is said by {@link dev.dovetail.spi.plugin.ExecutorProvider#controlActions}. Called from other threads than the call's, which goes on meanwhile
 * and may end.
 */
public interface Controllable {
    /**
     * Does it. Returns within half a minute; after that the thread is interrupted.
     *
     * @param executionId whose call it is done to
     * @param action the name of one of the executor's actions
     * @param payload what that action needs, one JSON value of its schema
     * @return what came of it, one JSON value; the kernel masks secrets
     * @throws dev.dovetail.spi.PluginException of kind REJECTED, in words for who asked, if it cannot be done to this call now: it has ended,
     *     say
     */
    Bytes control(String executionId, String action, Bytes payload) throws InterruptedException;
}
