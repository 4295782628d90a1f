package dev.dovetail.kernel.encryption;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The keys in an operator's file: 32 random bytes in base64 in each line. The first is written with; what was written with any of
 * them can be read.
 */
final class KeyRing {
    private static final int KEY_BYTES = 32;
    private static final byte[] PURPOSE = "dovetail executions 1".getBytes(StandardCharsets.US_ASCII);
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final List<Key> keys;

    private KeyRing(List<Key> keys) {
        this.keys = keys;
    }

    /** One of them. */
    static final class Key {
        private final byte[] secret;
        private final long id;

        private Key(byte[] secret) {
            this.secret = secret;
            try {
                MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
                sha256.update("dovetail key id ".getBytes(StandardCharsets.US_ASCII));
                this.id = ByteBuffer.wrap(sha256.digest(secret)).getLong();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Tells it from others, and tells nothing of it. */
        long id() {
            return id;
        }

        /** A key made of it that has nothing to do with those of other salts (RFC 5869). */
        SecretKey derived(byte[] salt) {
            try {
                return KDF.getInstance("HKDF-SHA256")
                        .deriveKey(
                                "AES",
                                HKDFParameterSpec.ofExtract()
                                        .addIKM(secret)
                                        .addSalt(salt)
                                        .thenExpand(PURPOSE, KEY_BYTES));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /**
     * Reads the keys that are in a file now.
     *
     * @throws IllegalStateException that says what to do, if it has none or others may read it
     */
    static KeyRing read(Path file) {
        try {
            if (Files.getFileAttributeView(file, PosixFileAttributeView.class) != null) {
                Set<PosixFilePermission> rights = EnumSet.copyOf(Files.getPosixFilePermissions(file));
                rights.removeAll(OWNER_ONLY);
                if (!rights.isEmpty()) {
                    throw new IllegalStateException("Others may read the key file " + file
                            + " of executions.encryption-key-file: chmod 600 " + file);
                }
            }
            List<Key> keys = Files.readString(file, StandardCharsets.ISO_8859_1)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .map(line -> key(file, line))
                    .toList();
            if (keys.isEmpty()) {
                throw none(file);
            }
            return new KeyRing(keys);
        } catch (NoSuchFileException e) {
            throw new IllegalStateException("There is no key file " + file
                    + ", which executions.encryption-key-file names: put the one of this system there, or make one for a new system with"
                    + " (umask 077; head -c 32 /dev/urandom | base64 > " + file + ")");
        } catch (IOException e) {
            throw new IllegalStateException("The key file " + file + " cannot be read: " + e, e);
        }
    }

    private static Key key(Path file, String line) {
        try {
            byte[] secret = Base64.getDecoder().decode(line);
            if (secret.length == KEY_BYTES) {
                return new Key(secret);
            }
        } catch (IllegalArgumentException e) {
            // told below, without the text
        }
        throw none(file);
    }

    private static IllegalStateException none(Path file) {
        return new IllegalStateException(
                "The key file " + file + " of executions.encryption-key-file is none: expected " + KEY_BYTES
                        + " bytes in base64 in each line");
    }

    Key current() {
        return keys.getFirst();
    }

    Optional<Key> find(long id) {
        return keys.stream().filter(each -> each.id() == id).findFirst();
    }

    /** A key's id as people read it. */
    static String told(long id) {
        return HexFormat.of().toHexDigits(id);
    }
}
