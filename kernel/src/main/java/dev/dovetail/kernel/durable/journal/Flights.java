package dev.dovetail.kernel.durable.journal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which attempts of steps began and, as far as a journal knows, never ended. Guarded by its story. */
final class Flights {
    private final Map<Long, Integer> begun = new HashMap<>();
    private final Set<Long> inFlight = new HashSet<>();

    void take(Line line) {
        switch (line.type()) {
            case Line.BEGUN, Line.BEGAN_PLAIN -> {
                begun.merge(line.number(), 1, Integer::sum);
                inFlight.add(line.number());
            }
            case Line.TRIED, Line.RESOLVED, Line.ANSWERED, Line.HELD -> inFlight.remove(line.number());
            default -> {}
        }
    }

    /** How often attempts of this step have begun, if the last one is not known to have ended; otherwise 0. */
    int of(long number) {
        return inFlight.contains(number) ? begun.get(number) : 0;
    }
}
