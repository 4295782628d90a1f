package dev.dovetail.kernel.durable.due;

import dev.dovetail.kernel.record.Ids;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;

/**
 * An execution that is to be carried on.
 *
 * @param shard the one that it is in
 * @param at from when on, to the millisecond; 1970 or later
 */
public record Due(String id, Name tenant, int shard, Instant at) {
    /** The sooner one first; within a shard the order of the keys. */
    static final Comparator<Due> IN_ORDER =
            Comparator.comparing(Due::at).thenComparing(Due::id).thenComparing(Due::shard);

    private static final System.Logger LOG = System.getLogger(Due.class.getName());
    private static final int HEX = 16;
    private static final Name NOBODY = Name.of("nobody");

    public Due {
        at = at.truncatedTo(ChronoUnit.MILLIS);
    }

    /** Where it lies in the store; the value there is {@link #tenant}. */
    public Key key() {
        return DueQueue.key(shard, at, id);
    }

    /** What writes it there. */
    public Change put() {
        return new Change.Put(key(), Bytes.utf8(tenant.text()), Expectation.anything());
    }

    /** The same, or due at this moment if it is due later. */
    public Due by(Instant latest) {
        return at.isAfter(latest) ? new Due(id, tenant, shard, latest) : this;
    }

    /** The part of the key that orders those of one shard. */
    String place() {
        return place(at, id);
    }

    static String place(Instant at, String id) {
        return moment(at.toEpochMilli()) + "/" + id;
    }

    /** What is before all that is due in this millisecond or later. */
    static String moment(long millis) {
        if (millis < 0) {
            throw new IllegalArgumentException("Due " + millis + " ms after 1970; expected 0 or more");
        }
        return HexFormat.of().toHexDigits(millis);
    }

    /** The millisecond of a place; the first of all if it is empty. */
    static long millis(String place) {
        return place.isEmpty() ? 0 : Long.parseLong(place, 0, HEX, 16);
    }

    /** Comes in the order before all that are due in this millisecond or later. */
    static Due before(Instant at) {
        return new Due("", NOBODY, 0, at);
    }

    /** Everything of a shard, in order. */
    public static Range all(int shard) {
        return Range.prefix(Key.Space.STATE, prefix(shard));
    }

    /** Everything of a shard. */
    static String prefix(int shard) {
        return "c/shard/" + Ids.padded(shard, 2) + "/due/";
    }

    /** The same for an entry that may be anything: one that cannot be read is passed over, and the log tells of it. */
    public static Optional<Due> find(int shard, Entry entry) {
        try {
            return Optional.of(read(shard, entry));
        } catch (IllegalArgumentException e) {
            LOG.log(Level.ERROR, "{0} cannot be read and is passed over: {1}", entry.key(), e.getMessage());
            return Optional.empty();
        }
    }

    /** @throws IllegalArgumentException if this is no such entry */
    static Due read(int shard, Entry entry) {
        String place = entry.key().path().substring(prefix(shard).length());
        if (place.length() < HEX + 2 || place.charAt(HEX) != '/') {
            throw new IllegalArgumentException(
                    "Not a due entry: " + entry.key() + "; expected 16 hexadecimal digits, a slash and an id");
        }
        return new Due(
                place.substring(HEX + 1),
                Name.of(new String(entry.value().toArray(), StandardCharsets.UTF_8)),
                shard,
                Instant.ofEpochMilli(Long.parseLong(place, 0, HEX, 16)));
    }
}
