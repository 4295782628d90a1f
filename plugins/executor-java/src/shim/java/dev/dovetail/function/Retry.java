package dev.dovetail.function;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How often a step is tried. Unchangeable. */
public final class Retry {
    /** Three attempts, after 200 ms and 400 ms. */
    public static final Retry USUAL = new Retry(Map.of());

    private static final int MOST = 1000;

    private final Map<String, Object> said;

    private Retry(Map<String, Object> said) {
        this.said = said;
    }

    private Retry with(String key, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(said);
        more.put(key, value);
        return new Retry(more);
    }

    /** @param number the first one counted */
    public Retry attempts(int number) {
        if (number < 1 || number > MOST) {
            throw new IllegalArgumentException("Attempts are 1 to " + MOST + ", not " + number);
        }
        return with("maxAttempts", number);
    }

    /**
     * @param first before the second attempt
     * @param multiplier how much longer each delay is than the one before
     * @param most no delay is longer
     */
    public Retry delays(Duration first, double multiplier, Duration most) {
        if (first.isNegative() || most.isNegative() || !(multiplier >= 1)) {
            throw new IllegalArgumentException("Delays begin with 0 or more and do not become shorter; given: " + first
                    + ", " + multiplier + ", " + most);
        }
        return with("initialDelayMs", first.toMillis())
                .with("multiplier", multiplier)
                .with("maxDelayMs", most.toMillis());
    }

    /** @param ids of errors after which there is no other attempt */
    public Retry never(String... ids) {
        return with("nonRetryable", List.of(ids));
    }

    /** If nobody knows how an attempt ended, an operator is asked, and it is not simply run again. */
    public Retry askOperator() {
        return with("unknown", "ask_operator");
    }

    /** As the protocol has it. */
    public Map<String, Object> said() {
        return Map.copyOf(said);
    }
}
