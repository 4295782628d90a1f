package dev.dovetail.executor.java;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.executor.Launch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Says what classes are compiled from: every file of a version's code and layers, with what, and of whose function, so that nothing
 * is ever shared between two functions, even if they are the same. Thread-safe.
 */
final class Origins {
    /** Larger files are read once, as long as their time, size and place stay the same. */
    private static final long SMALL = 64 << 10;

    private static final int REMEMBERED = 1_000;

    private record Stamp(Path file, Object place, long size, long changed) {}

    private final Map<Stamp, Digest> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Stamp, Digest> eldest) {
            return size() > REMEMBERED;
        }
    };

    /**
     * @param compiler changes when what compiles does
     * @param file the source that is compiled, relative to the code
     */
    Digest of(Launch launch, String compiler, String file) throws IOException {
        MessageDigest digest = Digest.sha256();
        put(digest, launch.version().tenant().text());
        put(digest, launch.version().function().text());
        put(digest, compiler);
        put(digest, file);
        files(digest, launch.code());
        for (Path layer : launch.layers()) {
            put(digest, "layer");
            files(digest, layer);
        }
        return Digest.of(digest);
    }

    private static void put(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        digest.update(bytes);
    }

    private void files(MessageDigest digest, Path root) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(each -> Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            put(digest, root.relativize(file).toString());
            put(digest, content(file).hex());
        }
    }

    private Digest content(Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.size() <= SMALL) {
            return Digest.of(Files.readAllBytes(file));
        }
        Stamp stamp = new Stamp(
                file,
                String.valueOf(attributes.fileKey()),
                attributes.size(),
                attributes.lastModifiedTime().toMillis());
        synchronized (known) {
            Digest before = known.get(stamp);
            if (before != null) {
                return before;
            }
        }
        Digest read = read(file);
        synchronized (known) {
            known.put(stamp, read);
        }
        return read;
    }

    private static Digest read(Path file) throws IOException {
        MessageDigest digest = Digest.sha256();
        byte[] piece = new byte[(int) SMALL];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                digest.update(piece, 0, read);
            }
        }
        return Digest.of(digest);
    }
}
