package dev.dovetail.function;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What is known of a call, and what can be asked while it runs. Thread-safe; of no use after the call. */
public interface Context {
    /** The same over all attempts. */
    String executionId();

    String correlationId();

    /** Empty text if nobody traces. */
    String traceId();

    String tenantId();

    String functionName();

    int version();

    int memoryMb();

    /** From 1. */
    int attempt();

    /** Whether what is asked is answered from the journal of an earlier attempt. */
    boolean replaying();

    Identity identity();

    /** When the call is ended. */
    Instant deadline();

    Duration remaining();

    /** A variable of the environment, with secrets that came with this call in their places. */
    Optional<String> environment(String name);

    void log(String message);

    /**
     * @param level {@code trace}, {@code debug}, {@code info}, {@code warning} or {@code error}
     * @param fields become JSON
     */
    void log(String level, String message, Map<String, Object> fields);

    /** @param fraction from 0 to 1 */
    void progress(double fraction, String message);

    void metric(String name, double value, Map<String, String> labels);

    /** The time, the same in every replay. */
    Pending<Instant> now();

    /** Random hexadecimal digits, the same in every replay. */
    Pending<String> random();

    Pending<Void> sleep(Duration duration);

    Pending<String> secret(String name);

    Http http();

    /** Calls another function and waits for its answer. */
    Pending<Object> invoke(String callable, Object input);

    /** @param mode {@code sync} for its answer, {@code async} for the id of the execution that was begun */
    Pending<Object> invoke(String callable, Object input, String mode, Duration timeout);

    Pending<Object> awaitEvent(String type, String filter, Optional<Duration> timeout);

    /** Asks a function of the system that has no method of its own here. */
    Pending<Object> call(String name, int version, Map<String, Object> arguments);
}
