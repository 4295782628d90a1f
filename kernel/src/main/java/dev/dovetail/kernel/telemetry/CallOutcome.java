package dev.dovetail.kernel.telemetry;

import java.util.Locale;

/** How a call ended, as metrics tell it. */
public enum CallOutcome {
    SUCCEEDED,
    SUSPENDED,
    /** The function threw, or answered against its contract. */
    FUNCTION_ERROR,
    /** What the caller sent was refused. */
    CALLER_ERROR,
    DEPENDENCY_ERROR,
    PLATFORM_ERROR,
    TIMEOUT,
    MEMORY_LIMIT,
    CRASHED,
    CANCELED;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The value of the label {@code status}, and for errors of {@code error_type}. */
    public String word() {
        return word;
    }

    /** Whether it counts as an error. */
    public boolean error() {
        return switch (this) {
            case SUCCEEDED, SUSPENDED, CANCELED -> false;
            case FUNCTION_ERROR, CALLER_ERROR, DEPENDENCY_ERROR, PLATFORM_ERROR, TIMEOUT, MEMORY_LIMIT, CRASHED -> true;
        };
    }
}
