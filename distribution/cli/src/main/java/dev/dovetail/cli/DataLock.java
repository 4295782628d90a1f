package dev.dovetail.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps a data folder for one server. Where the state is in a database nothing else would: a second server on the folder would
 * take the first one's name among the nodes, and with it all that the first one carries. It goes with the process, however that
 * ends.
 */
record DataLock(FileChannel channel) implements AutoCloseable {
    /** So long is waited for a process that was killed a moment ago. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration PAUSE = Duration.ofMillis(50);

    /** @throws Server.CannotStart if another server has the folder */
    static DataLock of(Path data) {
        Path file = data.resolve("lock");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (isLocked(channel)) {
                    channel.truncate(0);
                    channel.write(StandardCharsets.UTF_8.encode(
                            Long.toString(ProcessHandle.current().pid())));
                    return new DataLock(channel);
                }
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            channel.close();
            throw new Server.CannotStart("The data folder " + data + " is in use by the server in process "
                    + Files.readString(file) + ": stop that one, or name another folder with --data");
        } catch (IOException e) {
            throw new Server.CannotStart("Cannot lock " + file + ": " + Input.reason(e), e);
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                if (channel.tryLock() != null) {
                    return true;
                }
            } catch (OverlappingFileLockException _) {
                // by a server in this process
            }
            if (System.nanoTime() > until) {
                return false;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // it goes with the process
        }
    }
}
