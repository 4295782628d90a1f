package dev.dovetail.executor.java;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What was compiled, one file for each, by the digest of all that it was compiled from. A file appears under its name only when it
 * is written, and is used only if it is whole, which its own digest says: the machine may have stopped meanwhile. What was not used
 * for longest goes when there is too much; anyone may empty the folder at any time. No worker sees it. Thread-safe.
 */
final class Shelf {
    private static final int DIGEST_BYTES = 32;
    private static final long MOST_BYTES = 256L << 20;
    private static final String HALF = ".half";

    /** Longer than writing one takes. */
    private static final Duration FORGOTTEN = Duration.ofHours(1);

    private final Context context;
    private final Path folder;
    private final long most;

    Shelf(Context context) {
        this(context, MOST_BYTES);
    }

    /** @param most bytes of all together */
    Shelf(Context context, long most) {
        this.context = context;
        this.folder = context.cache().toAbsolutePath().resolve("classes");
        this.most = most;
    }

    private record Kept(Path file, FileTime used, long bytes) {}

    Path path(Digest of) {
        return folder.resolve(of.hex());
    }

    Optional<Bytes> find(Digest of) {
        try {
            byte[] all = Files.readAllBytes(path(of));
            if (all.length <= DIGEST_BYTES
                    || !MessageDigest.isEqual(Arrays.copyOf(all, DIGEST_BYTES), digest(of, all, DIGEST_BYTES))) {
                Files.deleteIfExists(path(of));
                return Optional.empty();
            }
            Files.setLastModifiedTime(path(of), FileTime.from(context.clock().instant()));
            return Optional.of(Bytes.given(Arrays.copyOfRange(all, DIGEST_BYTES, all.length)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            context.log().log(System.Logger.Level.DEBUG, "Compiled again, since " + path(of) + " cannot be read", e);
            return Optional.empty();
        }
    }

    /** Of what is kept, and of what it is kept for. */
    private static byte[] digest(Digest of, byte[] bytes, int from) {
        MessageDigest digest = Digest.sha256();
        digest.update(HexFormat.of().parseHex(of.hex()));
        digest.update(bytes, from, bytes.length - from);
        return digest.digest();
    }

    /** Keeps it, or does not: then it is compiled again. */
    void keep(Digest of, Bytes made) {
        byte[] content = made.toArray();
        byte[] all = Arrays.copyOf(digest(of, content, 0), DIGEST_BYTES + content.length);
        System.arraycopy(content, 0, all, DIGEST_BYTES, content.length);
        try {
            Files.createDirectories(folder);
            makeRoom(all.length);
            Path half = Files.createTempFile(folder, "", HALF);
            try {
                Files.write(half, all);
                Files.move(half, path(of), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(half);
            }
        } catch (IOException e) {
            context.log().log(System.Logger.Level.DEBUG, "What was compiled is not kept", e);
        }
    }

    private void makeRoom(int bytes) throws IOException {
        FileTime forgotten = FileTime.from(context.clock().instant().minus(FORGOTTEN));
        List<Kept> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                try {
                    all.add(new Kept(file, Files.getLastModifiedTime(file), Files.size(file)));
                } catch (NoSuchFileException e) {
                    // gone meanwhile
                }
            }
        }
        long total = bytes + all.stream().mapToLong(Kept::bytes).sum();
        all.sort(Comparator.comparing(Kept::used));
        for (Kept each : all) {
            boolean half = each.file().toString().endsWith(HALF);
            if (half ? each.used().compareTo(forgotten) < 0 : total > most) {
                Files.deleteIfExists(each.file());
                total -= each.bytes();
            }
        }
    }
}
