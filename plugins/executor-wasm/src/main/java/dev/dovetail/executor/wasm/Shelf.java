package dev.dovetail.executor.wasm;

import dev.dovetail.spi.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import run.endive.wasm.Version;

/**
 * Compiled modules on disk, by the digest of the module and the version of the engine that compiled them. An entry is used
 * only if it is whole, which its own digest says; what is not is deleted. Anyone may empty the folder at any time.
 */
final class Shelf {
    /** Changes when entries are written differently. */
    private static final int FORMAT = 1;

    private static final int DIGEST_BYTES = 32;

    private final Path folder;

    Shelf(Path cache) {
        this.folder = cache.resolve("endive-" + Version.version() + "-" + FORMAT);
    }

    /**
     * What is kept of a module.
     *
     * @param stub the module without its functions' bodies
     */
    record Entry(byte[] classes, byte[] stub) {}

    Path path(Digest module) {
        return folder.resolve(module.hex());
    }

    Optional<Entry> find(Digest module) {
        try {
            byte[] all = Files.readAllBytes(path(module));
            Optional<Entry> entry = read(module, all);
            if (entry.isEmpty()) {
                Files.deleteIfExists(path(module));
            }
            return entry;
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // compiled again, as if it were not there
        }
    }

    private static Optional<Entry> read(Digest module, byte[] all) {
        if (all.length < DIGEST_BYTES + Integer.BYTES) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(all);
        byte[] told = new byte[DIGEST_BYTES];
        in.get(told);
        if (!MessageDigest.isEqual(told, digest(module, all))) {
            return Optional.empty();
        }
        byte[] classes = new byte[in.getInt()];
        in.get(classes);
        byte[] stub = new byte[in.remaining()];
        in.get(stub);
        return Optional.of(new Entry(classes, stub));
    }

    /** Of what follows the digest, and of which module it is. */
    private static byte[] digest(Digest module, byte[] all) {
        MessageDigest digest = Digest.sha256();
        digest.update(HexFormat.of().parseHex(module.hex()));
        digest.update(all, DIGEST_BYTES, all.length - DIGEST_BYTES);
        return digest.digest();
    }

    /** Keeps an entry, or does not: the cache is only a cache. */
    void keep(Digest module, Entry entry) {
        ByteBuffer out =
                ByteBuffer.allocate(DIGEST_BYTES + Integer.BYTES + entry.classes().length + entry.stub().length);
        out.position(DIGEST_BYTES);
        out.putInt(entry.classes().length).put(entry.classes()).put(entry.stub());
        out.put(0, digest(module, out.array()));
        try {
            Files.createDirectories(folder);
            Path begun = Files.createTempFile(folder, "begun", ".tmp");
            Files.write(begun, out.array());
            Files.move(begun, path(module), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException full) {
            // it is compiled again next time
        }
    }
}
