package dev.dovetail.kernel.telemetry;

/**
 * Counts and measures the calls of one version. Its labels are looked up once, and a call costs some tens of nanoseconds.
 * Thread-safe. Closing ends its series; closing twice does nothing. Whoever runs a call keeps the meter until the call ends, and no
 * longer: the next may have another.
 */
public sealed interface FunctionMeter extends AutoCloseable permits LabelledMeter {
    /** An attempt began to run. {@link #invocation} must follow, however it ends. */
    void began();

    /**
     * An attempt that began has ended.
     *
     * @param nanos how long it took, waiting for an instance included
     * @param coldStart whether an instance was started for it
     * @param memoryBytes the most memory it held at once; 0 if unknown
     */
    void invocation(long nanos, CallOutcome outcome, boolean coldStart, long memoryBytes);

    /** An instance was started, which took this long. */
    void started(long nanos);

    /** A part of a start took this long. */
    void stage(String name, long nanos);

    /** A call was refused because a limit was reached. */
    void throttled();

    /** A call whose answer may be given again: from the cache, or by running the code. */
    void cache(boolean hit);

    @Override
    void close();
}
