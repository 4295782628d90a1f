package dev.dovetail.function;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is known of a call, and what can be asked while it runs. Of no use after the call. Thread-safe; but a workflow asks
 * from the threads that the system calls it on, and from no others, because their turns would not be the same when it is
 * replayed: it is refused with an error of type {@code nondeterministic_wait}. {@link #parallel} is for several things at once.
 */
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

    /** From 1; inside of a step, of the step. */
    int attempt();

    /**
     * Whether what is asked is answered from the journal of an earlier attempt. What is printed, logged and reported
     * meanwhile is not repeated.
     */
    boolean replaying();

    /** Inside of a step: the same for every attempt of it. What is told to others with it can be told twice. */
    Optional<String> effectId();

    /** In a compensation: why the execution is undone; {@code id}, {@code owner}, {@code message}, {@code details}. */
    Optional<Map<String, Object>> cause();

    Identity identity();

    /** When the call is ended. */
    Instant deadline();

    Duration remaining();

    /** A variable of the environment, with secrets that came with this call in their places. */
    Optional<String> environment(String name);

    default void log(String message) {
        log("info", message, Map.of());
    }

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

    /** The same digits for the same label. */
    Pending<String> random(String label);

    Pending<Void> sleep(Duration duration);

    Pending<String> secret(String name);

    Http http();

    /** Calls another function and waits for its answer. */
    Pending<Object> invoke(String callable, Object input);

    /** @param mode {@code sync} for its answer, {@code async} for the id of the execution that was begun */
    Pending<Object> invoke(String callable, Object input, String mode, Duration timeout);

    Pending<Object> awaitEvent(String type, String filter, Optional<Duration> timeout);

    /** Sends a piece of a streamed answer, which becomes JSON; done when there is room for more, so wait for it. */
    Pending<Void> chunk(Object value);

    /** The next piece of a streamed input, or its end; one at a time. */
    Pending<Piece> read();

    /** Sends a signal to another execution, which waits for it as an event. */
    default Pending<Object> signal(String executionId, String name, Object payload) {
        return call("signal", 1, named("execution", executionId, "name", name, "payload", payload));
    }

    /** Waits until somebody has decided. */
    default Pending<Object> approval(String name, String message, Optional<Duration> timeout) {
        Map<String, Object> arguments = named("name", name, "message", message);
        timeout.ifPresent(most -> arguments.put("timeoutMs", most.toMillis()));
        return call("approval", 1, arguments);
    }

    /** Keeps a snapshot of how far the execution is. */
    default Pending<Object> checkpoint(String label) {
        return call("checkpoint", 1, named("label", label));
    }

    default Pending<Object> publish(String topic, Object payload) {
        return call("publish", 1, named("topic", topic, "payload", payload));
    }

    default Pending<Object> audit(String action, Map<String, Object> details) {
        return call("audit", 1, named("action", action, "details", details));
    }

    /**
     * Registers a function that is called with this input, which becomes JSON, if this call ends with an error; those of one call
     * in the reverse order. Not in workflows, whose steps have compensations.
     */
    default Pending<Object> compensate(String function, Object input) {
        return call("compensate", 1, named("function", function, "input", input));
    }

    default Pending<Object> jobStatus(String id) {
        return call("job_status", 1, named("id", id));
    }

    /** Calls a function of a native module, which a plugin brings. */
    default Pending<Object> nativeInvoke(String module, String function, Object params) {
        return call("module", 1, named("module", module, "function", function, "params", params));
    }

    /**
     * Runs a step with usual retries and without compensation.
     *
     * @see Step#of
     */
    default <I, O> O step(String name, I input, Class<O> type, StepCode<? super I, ? extends O> code) {
        return step(Step.of(name, input, type, code));
    }

    /**
     * Runs a step, as often as it takes, and waits for its end. One that had ended in an earlier run does not run: its
     * result is there.
     *
     * @throws HostException if it has failed for good
     */
    <O> O step(Step<O> step);

    /** All at once. */
    default <T> List<T> parallel(List<Supplier<T>> pieces) {
        return parallel(pieces, Integer.MAX_VALUE);
    }

    /**
     * Runs pieces of code, of one step or several each, and waits for all. Each has a thread of its own, but only one runs at
     * a time: another goes on where one waits for the system, so that they take the same turns when they are replayed. After
     * a failure those that run go on to their end, no other begins, and the first failure is thrown.
     *
     * @param atOnce how many are under way at once at most; never more than 64
     * @return what they gave, in the order of the list
     */
    <T> List<T> parallel(List<Supplier<T>> pieces, int atOnce);

    /** The same, but all run, whether or not others have failed. */
    <T> List<Ended<T>> collect(List<Supplier<T>> pieces, int atOnce);

    /** Asks a function of the system that has no method of its own here. */
    Pending<Object> call(String name, int version, Map<String, Object> arguments);

    /** Names and values in turn; a value may be null. */
    private static Map<String, Object> named(Object... namesAndValues) {
        Map<String, Object> named = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            named.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return named;
    }
}
