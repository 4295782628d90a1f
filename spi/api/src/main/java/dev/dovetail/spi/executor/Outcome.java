package dev.dovetail.spi.executor;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** How an invocation ended, and what it used. */
public sealed interface Outcome {
    Usage usage();

    /**
     * The function returned.
     *
     * @param body one JSON value
     */
    record Returned(Bytes body, Map<String, String> attributes, Usage usage) implements Outcome {
        public Returned {
            attributes = Map.copyOf(attributes);
        }
    }

    record Failed(Fault fault, Usage usage) implements Outcome {}

    /** The host said suspend: the code has unwound, and will be called again later. */
    record Suspended(List<Frame> where, Usage usage) implements Outcome {
        public Suspended {
            where = List.copyOf(where);
        }
    }

    /** The code was told to stop and has. */
    record Stopped(Usage usage) implements Outcome {}

    /** One call on a stack, innermost first. */
    record Frame(String function, Place place) {}

    /**
     * What a call used.
     *
     * @param peakBytes the most memory held at once; 0 if unknown
     * @param steps as the executor counts them; 0 if it does not
     * @param exact false where calls share a process
     */
    record Usage(Duration cpu, long peakBytes, long steps, boolean exact) {
        public static final Usage NONE = new Usage(Duration.ZERO, 0, 0, false);
    }
}
