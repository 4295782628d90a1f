package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Name;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The desired state in a local file, which is there before any store is: replaced as a whole, by a rename, so that it is
 * never half written.
 */
final class FileDesired implements Desired {
    private final Path file;
    private final Map<Name, Wish> wishes = new TreeMap<>();

    /** @throws IOException also if the file is there and cannot be read: what was decided is not to be guessed */
    FileDesired(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            Properties read = new Properties();
            read.load(new StringReader(Files.readString(file)));
            for (String id : read.getProperty("plugins", "").split(" ")) {
                if (!id.isEmpty()) {
                    wishes.put(Name.of(id), wish(read, id));
                }
            }
        }
    }

    private static Wish wish(Properties read, String id) {
        Map<String, String> refused = new HashMap<>();
        String prefix = id + "/refused/";
        for (String key : read.stringPropertyNames()) {
            if (key.startsWith(prefix)) {
                refused.put(key.substring(prefix.length()), read.getProperty(key));
            }
        }
        return new Wish(
                Optional.ofNullable(read.getProperty(id + "/active")),
                Optional.ofNullable(read.getProperty(id + "/previous")),
                Optional.ofNullable(read.getProperty(id + "/trying")),
                Integer.parseInt(read.getProperty(id + "/crashes", "0")),
                refused);
    }

    @Override
    public synchronized Optional<Wish> find(Name id) {
        return Optional.ofNullable(wishes.get(id));
    }

    @Override
    public synchronized void put(Name id, Wish wish) {
        if (wish.equals(wishes.get(id))) {
            return;
        }
        Map<Name, Wish> next = new TreeMap<>(wishes);
        next.put(id, wish);
        try {
            write(rendered(next));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
        wishes.put(id, wish);
    }

    private static String rendered(Map<Name, Wish> wishes) {
        Map<String, String> lines = new TreeMap<>();
        wishes.forEach((id, wish) -> {
            wish.active().ifPresent(version -> lines.put(id + "/active", version));
            wish.previous().ifPresent(version -> lines.put(id + "/previous", version));
            wish.trying().ifPresent(version -> lines.put(id + "/trying", version));
            if (wish.crashes() > 0) {
                lines.put(id + "/crashes", Integer.toString(wish.crashes()));
            }
            wish.refused().forEach((version, reason) -> lines.put(id + "/refused/" + version, reason));
        });
        StringBuilder text = new StringBuilder("# which version of each plugin is in use; written by the kernel\n");
        text.append("plugins=")
                .append(String.join(
                        " ", wishes.keySet().stream().map(Name::text).toList()))
                .append('\n');
        lines.forEach((key, value) -> text.append(key)
                .append('=')
                .append(value.replace("\\", "\\\\").replace("\n", "\\n"))
                .append('\n'));
        return text.toString();
    }

    private void write(String text) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true); // the rename itself
        }
    }
}
