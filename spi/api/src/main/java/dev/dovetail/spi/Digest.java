package dev.dovetail.spi;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 digest, as 64 lower-case hexadecimal digits. */
public record Digest(String hex) implements Comparable<Digest> {
    public Digest {
        if (hex.length() != 64 || !isLowerHex(hex)) {
            throw new IllegalArgumentException(
                    "Not a SHA-256 digest: \"" + hex + "\"; expected 64 lower-case hex digits");
        }
    }

    /** Without a stream: every request has its token digested. */
    private static boolean isLowerHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** The digest of these bytes. */
    public static Digest of(byte[] bytes) {
        return ofRaw(sha256().digest(bytes));
    }

    /** The digest that a {@link #sha256} computation ended in. */
    public static Digest of(MessageDigest finished) {
        return ofRaw(finished.digest());
    }

    private static Digest ofRaw(byte[] raw) {
        return new Digest(HexFormat.of().formatHex(raw));
    }

    /** A fresh SHA-256 computation, which every JDK has. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JDK has no SHA-256", e);
        }
    }

    @Override
    public int compareTo(Digest other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
