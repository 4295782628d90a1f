package dev.dovetail.function.worker;

import java.util.Map;

/** What an attempt of a step asks in; the answer to a step whose code is to run. */
final class Scope {
    private final long number;
    private final String effectId;

    private Scope(long number, String effectId) {
        this.number = number;
        this.effectId = effectId;
    }

    static Scope of(Map<?, ?> run) {
        return new Scope(((Number) run.get("scope")).longValue(), String.valueOf(run.get("effectId")));
    }

    long number() {
        return number;
    }

    String effectId() {
        return effectId;
    }
}
