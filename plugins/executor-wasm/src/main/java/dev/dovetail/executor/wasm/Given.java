package dev.dovetail.executor.wasm;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The arguments of a host call: an object with fields of known names. Every complaint names the call and the field. */
final class Given {
    private static final double LONGEST_MS = 1e14;

    private final String call;
    private final Map<String, Json> fields;

    /** @throws Trouble if it is no object, or has other fields */
    Given(String call, Json given, String... known) {
        this.call = call;
        if (!given.isObject()) {
            throw Trouble.code(call + ": the arguments are an object");
        }
        this.fields = given.fields();
        List<String> names = List.of(known);
        for (String name : fields.keySet()) {
            if (!names.contains(name)) {
                throw Trouble.code(call + ": there is no \"" + name + "\"; there "
                        + (names.isEmpty() ? "are no arguments" : "is " + String.join(", ", names)));
            }
        }
    }

    /** A field that is there and not null. */
    Optional<Json> find(String name) {
        return Optional.ofNullable(fields.get(name)).filter(value -> !value.isNull());
    }

    Optional<String> text(String name) {
        return find(name).map(value -> {
            if (!value.isText()) {
                throw Trouble.code(call + ": \"" + name + "\" is a string");
            }
            return value.characters();
        });
    }

    String needed(String name) {
        return text(name).orElseThrow(() -> Trouble.code(call + ": \"" + name + "\" is missing: a string"));
    }

    Optional<Double> number(String name) {
        return find(name)
                .map(value -> value.number().orElseThrow(() -> Trouble.code(call + ": \"" + name + "\" is a number")));
    }

    Duration milliseconds(String name, Duration standard) {
        return number(name)
                .map(value -> {
                    if (!(value >= 0 && value <= LONGEST_MS)) {
                        throw Trouble.code(call + ": \"" + name + "\" is a number of milliseconds, not " + value);
                    }
                    return Duration.ofMillis(value.longValue());
                })
                .orElse(standard);
    }

    Map<String, Json> fields(String name, Json value) {
        if (!value.isObject()) {
            throw Trouble.code(call + ": \"" + name + "\" is an object");
        }
        return value.fields();
    }
}
