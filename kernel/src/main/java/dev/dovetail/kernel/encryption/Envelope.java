package dev.dovetail.kernel.encryption;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Encrypts values with AES-256 in Galois/Counter Mode (NIST SP 800-38D), each bound to the key it is stored under. Each process
 * writes with a key of its own, which is derived from the operator's with a random salt, and counts its nonces: so no nonce comes
 * twice, however much is written. Thread-safe.
 *
 * <p>Form 1: {@code db 'D' 'X' 1}, the id of the operator's key (8 bytes), the salt (16), the count (8), ciphertext and tag.
 */
final class Envelope {
    private static final int MARK = 0xDB_44_58_01;
    private static final int SALT_BYTES = 16;
    private static final int HEAD_BYTES = 4 + 8 + SALT_BYTES + 8;
    private static final int TAG_BITS = 128;
    /** Of processes whose values are read; more than that are derived again. */
    private static final int MOST_KEPT = 1000;

    private final Supplier<KeyRing> file;
    private final byte[] salt = new byte[SALT_BYTES];
    private final SecretKey own;
    private final long ownId;
    private final AtomicLong count = new AtomicLong();
    private final Map<Derived, SecretKey> derived = new ConcurrentHashMap<>();
    private volatile KeyRing ring;

    private record Derived(long id, Bytes salt) {}

    /** @param file reads the keys that are there now: one may be added to what is read while this is used */
    Envelope(Supplier<KeyRing> file) {
        this.file = file;
        this.ring = file.get();
        new SecureRandom().nextBytes(salt);
        this.own = ring.current().derived(salt);
        this.ownId = ring.current().id();
    }

    static boolean isSealed(Bytes value) {
        return value.size() >= HEAD_BYTES + TAG_BITS / 8 && value.buffer().getInt() == MARK;
    }

    /** The id of the operator's key that a sealed value was written with. */
    static long keyId(Bytes sealed) {
        return sealed.buffer().getLong(4);
    }

    /** The id of the key that is written with. */
    long ownId() {
        return ownId;
    }

    Bytes seal(Bytes value, Key under) {
        ByteBuffer all = ByteBuffer.allocate(HEAD_BYTES + value.size() + TAG_BITS / 8)
                .putInt(MARK)
                .putLong(ownId)
                .put(salt)
                .putLong(count.getAndIncrement());
        try {
            cipher(Cipher.ENCRYPT_MODE, own, all.array(), under).doFinal(value.buffer(), all);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return Bytes.given(all.array());
    }

    /** @throws PluginException of kind UNAVAILABLE if its key is not there, or it was changed or moved: it is left as it is */
    Bytes open(Bytes sealed, Key under) {
        byte[] all = sealed.toArray();
        SecretKey key = key(sealed).orElseThrow(() -> new PluginException(Kind.UNAVAILABLE, missing(sealed, under)));
        try {
            return Bytes.given(
                    cipher(Cipher.DECRYPT_MODE, key, all, under).doFinal(all, HEAD_BYTES, all.length - HEAD_BYTES));
        } catch (GeneralSecurityException e) {
            throw new PluginException(
                    Kind.UNAVAILABLE, "What is stored under " + under + " does not open: it was changed or moved");
        }
    }

    static String missing(Bytes sealed, Key under) {
        return "What is stored under " + under + " is encrypted with the key " + KeyRing.told(keyId(sealed))
                + ", which is not in the file of this node's executions.encryption-key-file: add it there";
    }

    private Optional<SecretKey> key(Bytes sealed) {
        byte[] its = new byte[SALT_BYTES];
        sealed.buffer().get(12, its);
        Derived name = new Derived(keyId(sealed), Bytes.given(its));
        SecretKey known = derived.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<SecretKey> made = operators(name.id()).map(key -> key.derived(its));
        made.ifPresent(key -> {
            if (derived.size() >= MOST_KEPT) {
                derived.clear();
            }
            derived.put(name, key);
        });
        return made;
    }

    /** It may have been put into the file, and used by another node, since that was read. */
    private Optional<KeyRing.Key> operators(long id) {
        Optional<KeyRing.Key> known = ring.find(id);
        if (known.isEmpty()) {
            try {
                ring = file.get();
            } catch (IllegalStateException e) {
                return Optional.empty(); // it lies elsewhere while nothing is started; what was read of it is kept
            }
            known = ring.find(id);
        }
        return known;
    }

    /** @param all begins with the head of the value */
    private static Cipher cipher(int mode, SecretKey key, byte[] all, Key under) throws GeneralSecurityException {
        byte[] nonce = new byte[12];
        System.arraycopy(all, HEAD_BYTES - 8, nonce, 4, 8);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(all, 0, HEAD_BYTES);
        cipher.updateAAD(under.toString().getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }
}
