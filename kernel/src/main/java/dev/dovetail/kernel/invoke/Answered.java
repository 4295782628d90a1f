package dev.dovetail.kernel.invoke;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.pool.Cold;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.spi.Bytes;
import java.util.Optional;

/** What came of a call. */
public sealed interface Answered {
    /** The version that was called. */
    Deployed version();

    /**
     * It ran.
     *
     * @param body the answer; empty if the execution has an error
     * @param from whether the code ran for this call
     * @param how what starting an instance for it consisted of
     */
    record Ended(Deployed version, Execution execution, Optional<Bytes> body, From from, Cold how)
            implements Answered {}

    /** It was a dry run, and would have been admitted. */
    record WouldRun(Deployed version) implements Answered {}

    /**
     * It is taken on, and carried to its end whatever happens.
     *
     * @param again whether it was taken on before, under the same key
     */
    record Accepted(Deployed version, String executionId, boolean again) implements Answered {}

    /**
     * Its caller wanted to wait, and it waits itself: it goes on without its caller.
     */
    record Suspended(Deployed version, String executionId) implements Answered {}

    /** Where an answer comes from. */
    enum From {
        RUN,
        /** The same key was used before: this is that call's answer. */
        EARLIER_CALL,
        CACHE
    }
}
