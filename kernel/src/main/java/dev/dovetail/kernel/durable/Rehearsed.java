package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Difference;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import java.util.Optional;

/** What came of running code against a journal, with nothing else answering it. */
public sealed interface Rehearsed {
    /** It did all that the journal has, and then asked or waited for what it does not have. */
    record Same() implements Rehearsed {}

    /** It did all that the journal has, and ended. One of the two is there. */
    record Ended(Optional<Bytes> output, Optional<Fault> fault) implements Rehearsed {}

    /** It did something else. */
    record Differs(Difference difference) implements Rehearsed {}

    /** It could not be tried, or not to its end. */
    record Unknown(String why) implements Rehearsed {}

    /** Where it differs, if it does. */
    default Optional<Difference> firstDifference() {
        return this instanceof Differs(Difference difference) ? Optional.of(difference) : Optional.empty();
    }
}
