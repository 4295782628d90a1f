package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import java.util.List;
import java.util.Optional;

/** What is said of code that does not do again what it did. */
final class Divergence {
    static final String ID = Fault.CODE + "x.core._.nondeterminism.v1~";

    private Divergence() {}

    /** A call of the journal in words that can be compared with another's. */
    static String told(Line line) {
        return line.json()
                .deepCopy()
                .without(List.of("t", "at", "n", "digest", "place", Told.CHILD))
                .toString();
    }

    static Fault fault(Schemas schemas, long number, String expected, String found, Place place) {
        String at = place.equals(Place.UNKNOWN) ? "" : " at " + place;
        return new Fault(
                ID,
                Fault.Owner.FUNCTION,
                "The code does not do again what it did: call " + number + " was " + expected + ", and is now " + found
                        + at + "; whatever differs from run to run has to come from the host",
                schemas.bytes(schemas.object()
                        .put("number", number)
                        .put("expected", expected)
                        .put("found", found)),
                Optional.of(place));
    }
}
