package dev.dovetail.kernel.invoke;

import dev.dovetail.kernel.catalog.Deployed;

/** What came of a call whose answer is streamed. */
public sealed interface Streamed {
    /** The version that was called. */
    Deployed version();

    /** It was admitted, or was before under the same key: what comes of it is in the stream of this execution. */
    record Open(Deployed version, String executionId) implements Streamed {}

    /** There is an answer already, and no stream of it: from the cache, or of an earlier call under the same key. */
    record Whole(Answered.Ended answer) implements Streamed {
        @Override
        public Deployed version() {
            return answer.version();
        }
    }

    /** It was a dry run, and would have been admitted. */
    record WouldRun(Deployed version) implements Streamed {}
}
