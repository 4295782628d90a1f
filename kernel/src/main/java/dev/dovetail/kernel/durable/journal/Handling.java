package dev.dovetail.kernel.durable.journal;

import dev.dovetail.spi.Fault;
import java.util.Optional;

/** How an attempt at what an execution calls at its end stands, as its journal has it. */
public sealed interface Handling {
    /** It is to be made, or was under way when its owner was lost. */
    record Due() implements Handling {}

    /** It is an execution of its own, which tells of its end. */
    record UnderWay() implements Handling {}

    /** It is over; with why, if it failed. */
    record Ended(Optional<Fault> fault) implements Handling {}

    /** The attempt that is an execution of its own, whose end nobody has heard of. */
    static Optional<Integer> underWay(Story story) {
        return story.lines().stream()
                .filter(line -> line.type().equals(Line.HANDLING))
                .map(line -> (int) line.whole("attempt"))
                .filter(attempt -> of(story, attempt) instanceof UnderWay)
                .findFirst();
    }

    static Handling of(Story story, int attempt) {
        Handling found = new Due();
        for (Line line : story.lines()) {
            if (line.whole("attempt") == attempt) {
                if (line.type().equals(Line.HANDLED)) {
                    return new Ended(line.json().has("fault") ? Optional.of(story.fault(line)) : Optional.empty());
                }
                found = line.type().equals(Line.HANDLING) ? new UnderWay() : found;
            }
        }
        return found;
    }
}
