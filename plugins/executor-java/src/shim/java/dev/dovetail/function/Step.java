package dev.dovetail.function;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A piece of work that runs until it has ended once, and never again. Unchangeable.
 *
 * @param <O> what it gives
 */
public final class Step<O> {
    private final String name;
    private final Object input;
    private final Class<O> type;
    private final StepCode<Object, O> code;
    private final Optional<String> compensation;
    private final Retry retry;
    private final Optional<Duration> timeout;

    private Step(
            String name,
            Object input,
            Class<O> type,
            StepCode<Object, O> code,
            Optional<String> compensation,
            Retry retry,
            Optional<Duration> timeout) {
        this.name = Objects.requireNonNull(name, "name");
        this.input = input;
        this.type = Objects.requireNonNull(type, "type");
        this.code = Objects.requireNonNull(code, "code");
        this.compensation = compensation;
        this.retry = retry;
        this.timeout = timeout;
    }

    /**
     * @param name for people; two steps may have the same
     * @param input becomes JSON, and is kept for the compensation
     * @param type what the result is made into
     */
    public static <I, O> Step<O> of(String name, I input, Class<O> type, StepCode<? super I, ? extends O> code) {
        Objects.requireNonNull(code, "code");
        return new Step<>(
                name,
                input,
                type,
                (same, context) -> code.run(input, context),
                Optional.empty(),
                Retry.USUAL,
                Optional.empty());
    }

    /**
     * Undone by this method of the handler's class if the execution fails or is canceled later: it takes the step's input,
     * its output, and a {@link Context} if it wants one. Those of several steps run in the reverse order of their ends.
     */
    public Step<O> compensatedBy(String method) {
        return new Step<>(name, input, type, code, Optional.of(method), retry, timeout);
    }

    public Step<O> retried(Retry as) {
        return new Step<>(name, input, type, code, compensation, as, timeout);
    }

    /** How long one attempt may take: five minutes, unless this says otherwise. */
    public Step<O> within(Duration most) {
        if (most.isNegative() || most.isZero()) {
            throw new IllegalArgumentException("A step cannot end within " + most);
        }
        return new Step<>(name, input, type, code, compensation, retry, Optional.of(most));
    }

    public String name() {
        return name;
    }

    public Object input() {
        return input;
    }

    public Class<O> type() {
        return type;
    }

    public StepCode<Object, O> code() {
        return code;
    }

    public Optional<String> compensation() {
        return compensation;
    }

    public Retry retry() {
        return retry;
    }

    public Optional<Duration> timeout() {
        return timeout;
    }
}
