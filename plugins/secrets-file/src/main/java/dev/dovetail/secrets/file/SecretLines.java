package dev.dovetail.secrets.file;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The file as lines: a head that names the key, then one line for each version of each secret, {@code tenant name version
 * hosts value}, the oldest first. It is replaced as a whole, so a reader finds the old one or the new one.
 *
 * @param key under which the values are
 */
record SecretLines(KeyFile key, List<SecretLine> lines) {
    private static final String HEAD = "dovetail-secrets 1 key ";

    SecretLines {
        lines = List.copyOf(lines);
    }

    /** @param hosts separated by commas, or {@code -} */
    record SecretLine(Name tenant, Name name, int version, String hosts, String sealed) {
        List<String> allowedHosts() {
            return hosts.equals("-") ? List.of() : List.of(hosts.split(","));
        }

        /** What its value is sealed to. The hosts are part of it: nobody without the key widens where it may be sent. */
        String place() {
            return tenant + "/" + name + "/" + version + "/" + hosts;
        }

        /** The same under another key. */
        SecretLine under(KeyFile other, KeyFile key) {
            return new SecretLine(tenant, name, version, hosts, other.seal(key.unseal(sealed, place()), place()));
        }

        boolean of(Name tenant, Name name) {
            return this.tenant.equals(tenant) && this.name.equals(name);
        }
    }

    SecretLines with(List<SecretLine> others) {
        return new SecretLines(key, others);
    }

    /** The same under another key. */
    SecretLines under(KeyFile other) {
        return new SecretLines(
                other, lines.stream().map(line -> line.under(other, key)).toList());
    }

    /** Finds the key of a fingerprint. */
    interface Keys {
        /** @throws PluginException of kind UNAVAILABLE if there is none */
        KeyFile named(String fingerprint);
    }

    /** @throws PluginException of kind UNAVAILABLE if there is no key to the file, or it is damaged */
    static SecretLines read(Path file, Keys keys) throws IOException {
        List<String> texts = Files.readAllLines(file, StandardCharsets.UTF_8);
        if (texts.isEmpty() || !texts.getFirst().startsWith(HEAD)) {
            throw new PluginException(Kind.UNAVAILABLE, file + " is no file of secrets, or is damaged");
        }
        KeyFile key = keys.named(texts.getFirst().substring(HEAD.length()));
        List<SecretLine> lines = new ArrayList<>();
        for (String text : texts.subList(1, texts.size())) {
            String[] parts = text.split(" ");
            if (parts.length != 5) {
                throw new PluginException(
                        Kind.UNAVAILABLE, file + " is damaged at line " + (lines.size() + 2) + "; restore it");
            }
            lines.add(new SecretLine(
                    Name.of(parts[0]), Name.of(parts[1]), Integer.parseInt(parts[2]), parts[3], parts[4]));
        }
        return new SecretLines(key, lines);
    }

    /** Returns when it is on the disk. */
    void write(Path file) throws IOException {
        StringBuilder text = new StringBuilder(HEAD).append(key.fingerprint()).append('\n');
        for (SecretLine line : lines) {
            text.append(line.tenant())
                    .append(' ')
                    .append(line.name())
                    .append(' ')
                    .append(line.version())
                    .append(' ')
                    .append(line.hosts())
                    .append(' ')
                    .append(line.sealed())
                    .append('\n');
        }
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            if (draft.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-------"));
            }
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.getParent())) {
            directory.force(true);
        }
    }
}
