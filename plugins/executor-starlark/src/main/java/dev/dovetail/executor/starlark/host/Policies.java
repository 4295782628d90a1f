package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.lib.Arguments;
import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Operators;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Sequences;
import dev.dovetail.executor.starlark.value.Struct;
import dev.dovetail.executor.starlark.value.Text;
import dev.dovetail.spi.host.StepPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How often and for how long steps are tried, as code writes it. */
final class Policies {
    private static final int MOST_ATTEMPTS = 1_000;
    static final List<String> KEYS =
            List.of("max_attempts", "backoff_ms", "multiplier", "max_backoff_ms", "non_retryable", "unknown");

    private Policies() {}

    /** Changes a policy by what was given of a {@code retry} and a {@code timeout_ms}. */
    static StepPolicy of(Run run, StepPolicy before, Object retry, Object timeout) {
        Duration most = Arguments.some(timeout) ? Asking.duration(timeout, "timeout_ms") : before.timeout();
        if (most.isZero()) {
            throw Failure.value("timeout_ms of a step is at least 1");
        }
        Dict given = Arguments.some(retry) ? dict(retry) : new Dict(run.mutability());
        return new StepPolicy(
                find(given, "max_attempts").map(Policies::attempts).orElse(before.maxAttempts()),
                find(given, "backoff_ms")
                        .map(each -> Asking.duration(each, "backoff_ms"))
                        .orElse(before.initialDelay()),
                find(given, "multiplier").map(Policies::multiplier).orElse(before.multiplier()),
                find(given, "max_backoff_ms")
                        .map(each -> Asking.duration(each, "max_backoff_ms"))
                        .orElse(before.maxDelay()),
                find(given, "non_retryable").map(each -> ids(run, each)).orElse(before.nonRetryable()),
                most,
                find(given, "unknown").map(Policies::unknown).orElse(before.unknown()));
    }

    private static Dict dict(Object retry) {
        Dict dict = switch (retry) {
            case Dict given -> given;
            case Struct given -> given.fields();
            default -> throw Arguments.wrong(retry, "retry", "a dict");
        };
        for (Object key : dict.keys()) {
            if (!(key instanceof String text) || !KEYS.contains(text)) {
                throw Failure.value("a step's retry has no \"" + key + "\"; it has " + String.join(", ", KEYS));
            }
        }
        return dict;
    }

    private static Optional<Object> find(Dict dict, String key) {
        int entry = dict.findText(key);
        return entry < 0 ? Optional.empty() : Optional.of(dict.value(entry));
    }

    private static int attempts(Object value) {
        int attempts = Arguments.number(value, "max_attempts");
        if (attempts < 1 || attempts > MOST_ATTEMPTS) {
            throw Failure.value("max_attempts of a step is from 1 to " + MOST_ATTEMPTS + ", not " + attempts);
        }
        return attempts;
    }

    private static double multiplier(Object value) {
        if (!Operators.number(value)) {
            throw Arguments.wrong(value, "multiplier", "a number");
        }
        double multiplier = Operators.real(value);
        if (!(multiplier >= 1 && multiplier <= 100)) {
            throw Failure.value("multiplier is from 1 to 100, not " + Text.number(multiplier));
        }
        return multiplier;
    }

    private static List<String> ids(Run run, Object value) {
        if (value instanceof String) {
            throw Arguments.wrong(value, "non_retryable", "a list of the ids of error types");
        }
        List<String> ids = new ArrayList<>();
        for (Object each : Sequences.toArray(run, value)) {
            ids.add(Arguments.text(each, "an id of non_retryable"));
        }
        return ids;
    }

    private static StepPolicy.Unknown unknown(Object value) {
        return switch (Arguments.text(value, "unknown")) {
            case "run_again" -> StepPolicy.Unknown.RUN_AGAIN;
            case "ask_operator" -> StepPolicy.Unknown.ASK_OPERATOR;
            case String other -> throw Failure.value("unknown is run_again or ask_operator, not \"" + other + "\"");
        };
    }
}
