package dev.dovetail.function.worker;

import java.util.Map;

/** What an attempt of a step asks in; the answer to a step whose code is to run. */
final class Scope {
    private final long number;
    private final int attempt;
    private final String effectId;

    private Scope(long number, int attempt, String effectId) {
        this.number = number;
        this.attempt = attempt;
        this.effectId = effectId;
    }

    static Scope of(Map<?, ?> run) {
        long number = ((Number) run.get("scope")).longValue();
        return new Scope(number, ((Number) run.get("attempt")).intValue(), String.valueOf(run.get("effectId")));
    }

    long number() {
        return number;
    }

    int attempt() {
        return attempt;
    }

    String effectId() {
        return effectId;
    }
}
