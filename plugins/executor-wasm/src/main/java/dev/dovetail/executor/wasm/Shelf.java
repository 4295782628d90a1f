package dev.dovetail.executor.wasm;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import run.endive.wasm.Version;

/**
 * Compiled modules on disk, by the digest of the module and the version of the engine that compiled them. An entry is used
 * only if it is whole, which its own digest says; what is not is deleted. What was not used for longest goes when there is too
 * much, of other versions of the engine too; anyone may empty the folder at any time. Thread-safe.
 */
final class Shelf {
    /** Changes when entries are written differently. */
    private static final int FORMAT = 1;

    private static final int DIGEST_BYTES = 32;
    private static final long MOST_BYTES = 512L << 20;
    private static final String ENGINE = "endive-";
    private static final String BEGUN = ".tmp";

    /** Longer than writing one takes. */
    private static final Duration FORGOTTEN = Duration.ofHours(1);

    private final Context context;
    private final Path folder;
    private final long most;

    Shelf(Context context) {
        this(context, MOST_BYTES);
    }

    /** @param most bytes of all entries together */
    Shelf(Context context, long most) {
        this.context = context;
        this.folder = context.cache().resolve(ENGINE + Version.version() + "-" + FORMAT);
        this.most = most;
    }

    /**
     * What is kept of a module.
     *
     * @param stub the module without its functions' bodies
     */
    record Entry(byte[] classes, byte[] stub) {}

    private record Kept(Path file, FileTime used, long bytes) {}

    Path path(Digest module) {
        return folder.resolve(module.hex());
    }

    Optional<Entry> find(Digest module) {
        try {
            byte[] all = Files.readAllBytes(path(module));
            Optional<Entry> entry = read(module, all);
            if (entry.isEmpty()) {
                Files.deleteIfExists(path(module));
            } else {
                Files.setLastModifiedTime(
                        path(module), FileTime.from(context.clock().instant()));
            }
            return entry;
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            context.log().log(Level.DEBUG, "Compiled again, since " + path(module) + " cannot be read", e);
            return Optional.empty();
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
            makeRoom(out.capacity());
            Path begun = Files.createTempFile(folder, "begun", BEGUN);
            try {
                Files.write(begun, out.array());
                Files.move(begun, path(module), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(begun);
            }
        } catch (IOException e) {
            context.log().log(Level.DEBUG, "What was compiled is not kept, and is compiled again next time", e);
        }
    }

    private void makeRoom(int bytes) throws IOException {
        FileTime forgotten = FileTime.from(context.clock().instant().minus(FORGOTTEN));
        List<Kept> all = all();
        long total = bytes + all.stream().mapToLong(Kept::bytes).sum();
        all.sort(Comparator.comparing(Kept::used));
        for (Kept each : all) {
            boolean begun = each.file().toString().endsWith(BEGUN);
            if (begun ? each.used().compareTo(forgotten) < 0 : total > most) {
                Files.deleteIfExists(each.file());
                total -= each.bytes();
            }
        }
    }

    private List<Kept> all() throws IOException {
        List<Kept> all = new ArrayList<>();
        try (Stream<Path> files = Files.find(
                context.cache(),
                2,
                (file, facts) -> facts.isRegularFile()
                        && file.getParent().getFileName().toString().startsWith(ENGINE))) {
            for (Path file : files.toList()) {
                try {
                    all.add(new Kept(file, Files.getLastModifiedTime(file), Files.size(file)));
                } catch (NoSuchFileException e) {
                    // gone meanwhile
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause(); // a folder went while it was looked through
        }
        return all;
    }
}
