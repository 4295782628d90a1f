package dev.dovetail.storage.h2;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Keeps a second process, and a second store of this one, away from the files. The system frees it if the process dies. */
final class HomeLock implements AutoCloseable {
    private final FileChannel channel;

    private HomeLock(FileChannel channel) {
        this.channel = channel;
    }

    static HomeLock take(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            Optional<FileLock> lock = Optional.ofNullable(channel.tryLock());
            if (lock.isPresent()) {
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(
                        String.valueOf(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
                return new HomeLock(channel);
            }
            try (channel) {
                throw taken(file, "process " + holder(channel));
            }
        } catch (OverlappingFileLockException e) {
            try (channel) {
                throw taken(file, "this process");
            }
        } catch (IOException e) {
            try (channel) {
                throw e;
            }
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(20);
        channel.read(pid, 0);
        String text = new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).strip();
        return text.isEmpty() ? "unknown" : text;
    }

    private static PluginException taken(Path file, String by) {
        return new PluginException(
                Kind.UNAVAILABLE,
                "The state store is in use by " + by + ", which holds " + file
                        + "; expected one user. Stop it, or configure another file");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
