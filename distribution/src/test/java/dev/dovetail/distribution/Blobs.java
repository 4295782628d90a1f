package dev.dovetail.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The stored code of a server that does not run, as somebody would change it who has the disk. */
final class Blobs {
    private Blobs() {}

    /** Changes what is stored of these names, all but {@code whole}, each in its way. */
    static void damage(Map<String, Path> blobs) throws IOException {
        byte[] other = Files.readAllBytes(blobs.get("whole"));
        for (String name : List.of("first", "middle", "last")) {
            byte[] bytes = Files.readAllBytes(blobs.get(name));
            bytes[name.equals("first") ? 0 : name.equals("last") ? bytes.length - 1 : bytes.length / 2] ^= 1;
            Files.write(blobs.get(name), bytes);
        }
        byte[] bytes = Files.readAllBytes(blobs.get("short"));
        Files.write(blobs.get("short"), Arrays.copyOf(bytes, bytes.length - 1));
        Files.write(blobs.get("longer"), new byte[] {0}, StandardOpenOption.APPEND);
        // an archive that is good in itself
        Files.write(blobs.get("other"), other);
        Files.delete(blobs.get("gone"));
    }

    /** The file with the bytes of this digest. */
    static Path find(Path home, String digest) throws IOException {
        try (Stream<Path> all = Files.walk(home.resolve("blobs"))) {
            return all.filter(file -> (file.getParent().getFileName().toString() + file.getFileName()).equals(digest))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("No blob " + digest));
        }
    }

    static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    /** With all that is in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
