package dev.dovetail.kernel.telemetry.log;

import java.util.Optional;

/**
 * What a log line belongs to. It is bound to a stretch of code, and every line that is logged within carries it:
 *
 * <pre>{@code context.bound().call(() -> run(admitted))}</pre>
 *
 * <p>An id that is not known is the empty text and is left out of the line.
 *
 * @param version the version's number, such as {@code v5}
 */
public record LogContext(
        String tenant, String function, String version, String executionId, String traceId, String requestId) {
    private static final ScopedValue<LogContext> CURRENT = ScopedValue.newInstance();

    /** Code that runs on behalf of no call. */
    public static final LogContext NONE = new LogContext("", "", "", "", "", "");

    /** The context of the code that asks; {@link #NONE} outside any. */
    public static LogContext current() {
        return CURRENT.isBound() ? CURRENT.get() : NONE;
    }

    /** Ready to run code with this context, which ends with the code. */
    public ScopedValue.Carrier bound() {
        return ScopedValue.where(CURRENT, this);
    }

    /** The execution id, if there is one. */
    public Optional<String> findExecution() {
        return executionId.isEmpty() ? Optional.empty() : Optional.of(executionId);
    }
}
