package dev.dovetail.executor.flow.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.executor.flow.jq.Jq;
import dev.dovetail.executor.flow.plan.Retry;
import dev.dovetail.executor.flow.plan.Span;
import dev.dovetail.executor.flow.plan.Work;
import dev.dovetail.spi.host.HostCall;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Tries tasks, and does about their errors what is to be done. */
final class Attempts {
    /** How often is tried what has no limit of its own. */
    private static final int MOST = 1_000;

    private static final Duration LONGEST = Duration.ofDays(36_525);

    private final Runner runner;
    private final Line line;
    private final Work.Attempt work;
    private final Work.Catch caught;
    private final Vars vars;

    Attempts(Runner runner, Line line, Work.Attempt work, Vars vars) {
        this.runner = runner;
        this.line = line;
        this.work = work;
        this.caught = work.caught();
        this.vars = vars;
    }

    JsonNode run() {
        Optional<Instant> until = caught.retry().flatMap(Retry::total).map(total -> now().plus(vars.duration(total)));
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt();
            } catch (Raised e) {
                Vars seen = vars.with(caught.as(), e.error());
                if (!catches(e, seen)) {
                    throw e;
                }
                if (again(attempt, seen, until)) {
                    continue;
                }
                if (caught.tasks().isPresent()) {
                    return runner.list(line, caught.tasks().get(), vars.it(), seen);
                }
                if (caught.retry().isPresent()) {
                    throw e;
                }
                return vars.it();
            }
        }
    }

    private JsonNode attempt() {
        Optional<Span> most = caught.retry().flatMap(Retry::attempt);
        return most.isPresent()
                ? runner.limited(line, most.get(), vars, own -> runner.list(own, work.tasks(), vars.it(), vars))
                : runner.list(line, work.tasks(), vars.it(), vars);
    }

    private boolean catches(Raised raised, Vars seen) {
        for (Map.Entry<String, JsonNode> each : caught.errors().in(vars).properties()) {
            if (!fits(each.getKey(), each.getValue(), raised.error().path(each.getKey()))) {
                return false;
            }
        }
        return fits(caught.when(), caught.exceptWhen(), seen);
    }

    private static boolean fits(Optional<Jq> when, Optional<Jq> exceptWhen, Vars seen) {
        return when.map(seen::truth).orElse(true)
                && !exceptWhen.map(seen::truth).orElse(false);
    }

    /** The standard's types are the same under all the addresses that its documents give them. */
    private static boolean fits(String field, JsonNode wanted, JsonNode there) {
        if (field.equals("type")) {
            return standard(wanted.asText()).equals(standard(there.asText()));
        }
        return field.equals("status") ? wanted.asText().equals(there.asText()) : wanted.equals(there);
    }

    private static String standard(String type) {
        return type.matches("https://serverlessworkflow\\.io(\\.io)?/.*/[a-z]+")
                ? Raised.TYPES + type.substring(type.lastIndexOf('/') + 1)
                : type;
    }

    /** Waits until the next attempt is due, if there is one. */
    private boolean again(int attempt, Vars seen, Optional<Instant> until) {
        if (caught.retry().isEmpty()) {
            return false;
        }
        Retry retry = caught.retry().get();
        if (attempt >= retry.count().orElse(MOST) || !fits(retry.when(), retry.exceptWhen(), seen)) {
            return false;
        }
        Duration delay = delay(retry, attempt, seen);
        if (until.isPresent() && now().plus(delay).isAfter(until.get())) {
            return false;
        }
        if (!delay.isZero()) {
            runner.calling().value(line, new HostCall.Sleep(delay));
        }
        return true;
    }

    private Duration delay(Retry retry, int attempt, Vars seen) {
        double base = retry.delay().map(seen::duration).orElse(Duration.ZERO).toMillis();
        double millis = switch (retry.backoff()) {
            case CONSTANT -> base;
            case LINEAR -> base * attempt;
            case EXPONENTIAL -> base * Math.pow(2, attempt - 1);
        };
        if (retry.jitter().isPresent()) {
            double from = seen.duration(retry.jitter().get().from()).toMillis();
            double to = seen.duration(retry.jitter().get().to()).toMillis();
            millis += from + Math.max(0, to - from) * random();
        }
        return Duration.ofMillis((long) Math.min(millis, LONGEST.toMillis()));
    }

    /** From 0 to 1, and the same when it is replayed. */
    private double random() {
        String digits = runner.calling()
                .value(line, new HostCall.Random(Optional.empty()))
                .asText();
        return Long.parseLong(digits.substring(0, 8), 16) / (double) (1L << 32);
    }

    private Instant now() {
        return Instant.parse(runner.calling().value(line, new HostCall.Now()).asText());
    }
}
