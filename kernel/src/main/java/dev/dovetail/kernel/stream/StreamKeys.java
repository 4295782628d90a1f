package dev.dovetail.kernel.stream;

import dev.dovetail.kernel.record.Ids;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import java.time.Instant;

/** Where what belongs to streams lies in the store. */
final class StreamKeys {
    private static final String SWEEP = "c/stream/";

    private StreamKeys() {}

    private static String of(Name tenant, String id) {
        return "t/" + tenant + "/z/" + id + "/";
    }

    static Range all(Name tenant, String id) {
        return Range.prefix(Key.Space.STATE, of(tenant, id));
    }

    static Key head(Name tenant, String id) {
        return Key.state(of(tenant, id) + "head");
    }

    /** Events from this number on, in one value. */
    static Key events(Name tenant, String id, long first) {
        return Key.state(of(tenant, id) + "e/" + Ids.padded(first, 12));
    }

    static Range eventsFrom(Name tenant, String id, String path) {
        return new Range(Key.Space.STATE, path, end(tenant, id), false);
    }

    /** Where events up to this number begin, the last first. */
    static Range eventsUpTo(Name tenant, String id, long number) {
        return new Range(
                Key.Space.STATE,
                of(tenant, id) + "e/",
                events(tenant, id, number + 1).path(),
                true);
    }

    private static String end(Name tenant, String id) {
        return of(tenant, id) + "e0"; // the character after the slash
    }

    /** A part of a last event that is too large for one value. */
    static Key part(Name tenant, String id, int part) {
        return Key.state(of(tenant, id) + "p/" + Ids.padded(part, 4));
    }

    static Range parts(Name tenant, String id) {
        return Range.prefix(Key.Space.STATE, of(tenant, id) + "p/");
    }

    /** How far readers on other nodes have come. */
    static Key read(Name tenant, String id) {
        return Key.state(of(tenant, id) + "read");
    }

    /** What is known of the input as a whole. */
    static Key input(Name tenant, String id) {
        return Key.state(of(tenant, id) + "input");
    }

    static Key piece(Name tenant, String id, long number) {
        return Key.state(of(tenant, id) + "i/" + Ids.padded(number, 12));
    }

    /** Says when a stream is looked at to be forgotten. */
    static Key sweep(Instant at, Name tenant, String id) {
        return Key.state(SWEEP + Ids.padded(at.toEpochMilli(), 14) + "/" + tenant + "/" + id);
    }

    static Range sweepUpTo(Instant now) {
        return new Range(Key.Space.STATE, SWEEP, SWEEP + Ids.padded(now.toEpochMilli() + 1, 14), false);
    }
}
