package dev.dovetail.spi.executor;

/**
 * Ability of an instance: several invocations at once, for versions that ask for it ({@code traits.concurrency}). Calls
 * in one process can see each other, so each call's host frames carry a random token of their own, and a call that does
 * not stop within 500 ms of being told ends the process, the others ending as faults of the platform.
 */
public interface Concurrent {
    /** How many at once, at least 1. */
    int calls();
}
