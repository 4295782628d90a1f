package dev.dovetail.kernel.contract;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * An identifier of the Global Type System: a chain of types, each derived from the one before it, which may end in an
 * instance of the last.
 *
 * @param types the chain, the base first; one or more for all but a chain's end that is an instance
 * @param instance the last element when it names an instance by a segment
 * @param anonymous the last element when it names an instance by a UUID
 */
public record GtsId(List<Segment> types, Optional<Segment> instance, Optional<UUID> anonymous) {
    static final String PREFIX = "gts.";

    private static final String URI_PREFIX = "gts://";
    private static final int LONGEST = 1_024;
    private static final UUID NAMESPACE = version5(UUID.fromString("6ba7b811-9dad-11d1-80b4-00c04fd430c8"), "gts");

    /** One element of a chain. */
    public record Segment(String vendor, String pack, String namespace, String type, long major, OptionalLong minor) {
        @Override
        public String toString() {
            String version = minor.isPresent() ? major + "." + minor.getAsLong() : Long.toString(major);
            return vendor + "." + pack + "." + namespace + "." + type + ".v" + version;
        }

        /** Whether this is the other, where a minor that this does not give fits any. */
        boolean fits(Segment other) {
            return sameFamily(other) && major == other.major && (minor.isEmpty() || minor.equals(other.minor));
        }

        /** Whether both are versions of one thing. */
        boolean sameFamily(Segment other) {
            return vendor.equals(other.vendor)
                    && pack.equals(other.pack)
                    && namespace.equals(other.namespace)
                    && type.equals(other.type);
        }
    }

    public GtsId {
        types = List.copyOf(types);
        if (types.isEmpty() || instance.isPresent() && anonymous.isPresent()) {
            throw new IllegalArgumentException("Not a GTS id: it needs a type, and one instance at most");
        }
    }

    /** Reads an id. */
    public static GtsId of(String text) {
        return GtsText.id(text);
    }

    /** The id that this text is, or nothing. */
    public static Optional<GtsId> find(String text) {
        try {
            return Optional.of(of(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** The id in a {@code gts://} URI, as JSON Schema's {@code $id} and {@code $ref} write it. */
    public static Optional<GtsId> findUri(String uri) {
        return uri.startsWith(URI_PREFIX) ? find(uri.substring(URI_PREFIX.length())) : Optional.empty();
    }

    /** Whether it names a type, and so ends with a tilde. */
    public boolean isType() {
        return instance.isEmpty() && anonymous.isEmpty();
    }

    /** The segment that says what this is: the instance's, or the last type's. */
    public Segment last() {
        return instance.orElseGet(types::getLast);
    }

    /** The type that this is derived from, or of which it is an instance. */
    public Optional<GtsId> parent() {
        int count = isType() ? types.size() - 1 : types.size();
        return count == 0
                ? Optional.empty()
                : Optional.of(new GtsId(types.subList(0, count), Optional.empty(), Optional.empty()));
    }

    /** Whether this is the base, derived from it over any number of steps, or an instance of such a type. */
    public boolean isA(GtsId base) {
        if (!base.isType()) {
            return base.equals(this);
        }
        if (base.types.size() > types.size()) {
            return false;
        }
        for (int i = 0; i < base.types.size(); i++) {
            if (!base.types.get(i).fits(types.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** The UUID that every system derives from this id. */
    public UUID uuid() {
        return version5(NAMESPACE, toString());
    }

    /** The URI for JSON Schema's {@code $id} and {@code $ref}. */
    public String uri() {
        return URI_PREFIX + this;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(PREFIX);
        types.forEach(type -> text.append(type).append('~'));
        instance.ifPresent(text::append);
        anonymous.ifPresent(text::append);
        return text.toString();
    }

    static int longest() {
        return LONGEST;
    }

    private static UUID version5(UUID namespace, String name) {
        MessageDigest sha1;
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-1", e);
        }
        sha1.update(ByteBuffer.allocate(16)
                .putLong(namespace.getMostSignificantBits())
                .putLong(namespace.getLeastSignificantBits())
                .flip());
        ByteBuffer digest = ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
        long high = digest.getLong() & 0xffffffffffff0fffL | 0x5000L;
        long low = digest.getLong() & 0x3fffffffffffffffL | 0x8000000000000000L;
        return new UUID(high, low);
    }

    /** How a version number is read: 0, or without a leading zero, and within reason. */
    static OptionalLong number(String text) {
        boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || text.length() > 1 && text.charAt(0) == '0' || new BigInteger(text).bitLength() > 62) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(text));
    }
}
