package dev.dovetail.secrets.file;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key under which values are encrypted: 32 random bytes in base64, in a file that only its owner may read. AES-256 in
 * Galois/Counter Mode (NIST SP 800-38D) with a random nonce of 96 bits for each value and a tag of 128. Further lines of the file
 * are other keys: what was encrypted under one of them can be read.
 */
final class KeyFile {
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();
    private final Path file;
    private final List<KeyFile> others;

    private KeyFile(Path file, List<byte[]> keys) {
        this.file = file;
        this.key = new SecretKeySpec(keys.getFirst(), "AES");
        this.others = keys.stream()
                .skip(1)
                .map(other -> new KeyFile(file, List.of(other)))
                .toList();
    }

    /** Reads the key, or makes it if there is no such file. */
    static KeyFile open(Path file) {
        try {
            return read(file);
        } catch (NoSuchFileException e) {
            return made(file);
        } catch (IOException e) {
            throw new PluginException(Kind.UNAVAILABLE, "The key file " + file + " cannot be read: " + e, e);
        }
    }

    private static KeyFile made(Path file) {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        try {
            Files.createDirectories(file.getParent());
            if (posix(file.getParent())) {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            } else {
                Files.createFile(file);
            }
            Files.writeString(file, Base64.getEncoder().encodeToString(key) + "\n");
            return new KeyFile(file, List.of(key));
        } catch (FileAlreadyExistsException e) {
            return open(file); // somebody else was quicker
        } catch (IOException e) {
            throw new PluginException(Kind.UNAVAILABLE, "The key file " + file + " cannot be made: " + e, e);
        }
    }

    /** Reads the keys that are there now. */
    static KeyFile read(Path file) throws IOException {
        List<String> texts = Files.readString(file, StandardCharsets.US_ASCII)
                .strip()
                .lines()
                .toList();
        if (posix(file)) {
            Set<PosixFilePermission> rights = EnumSet.copyOf(Files.getPosixFilePermissions(file));
            rights.removeAll(OWNER_ONLY);
            if (!rights.isEmpty()) {
                throw new PluginException(
                        Kind.REJECTED, "Others may read the key file " + file + ": chmod 600 " + file);
            }
        }
        try {
            List<byte[]> keys = texts.stream()
                    .map(text -> Base64.getDecoder().decode(text.strip()))
                    .toList();
            if (!keys.isEmpty() && keys.stream().allMatch(key -> key.length == KEY_BYTES)) {
                return new KeyFile(file, keys);
            }
        } catch (IllegalArgumentException e) {
            // told below, without the text
        }
        throw new PluginException(
                Kind.REJECTED,
                "The key file " + file + " is none: expected " + KEY_BYTES
                        + " bytes in base64, and as many in each further line");
    }

    private static boolean posix(Path path) {
        return Files.getFileAttributeView(path, PosixFileAttributeView.class) != null;
    }

    /** Tells keys apart without telling anything of them. */
    String fingerprint() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(("dovetail-secrets " + HexFormat.of().formatHex(key.getEncoded()))
                            .getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    Path file() {
        return file;
    }

    /** The key of this fingerprint, if it is in the file. */
    Optional<KeyFile> named(String fingerprint) {
        return Stream.concat(Stream.of(this), others.stream())
                .filter(each -> each.fingerprint().equals(fingerprint))
                .findFirst();
    }

    /** @param place what the value belongs to: it opens nowhere else */
    String seal(String value, String place) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, place).doFinal(value.getBytes(StandardCharsets.UTF_8));
            byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
            return Base64.getEncoder().encodeToString(all);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws PluginException of kind UNAVAILABLE if it was changed, moved, or sealed with another key */
    String unseal(String sealed, String place) {
        try {
            byte[] all = Base64.getDecoder().decode(sealed);
            byte[] value = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(all, NONCE_BYTES), place)
                    .doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
            return new String(value, StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new PluginException(
                    Kind.UNAVAILABLE, "The secret at " + place + " does not open: it was changed or moved");
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String place) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
