package dev.dovetail.storage.h2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * The segment of the log that is being written, one writer at a time.
 *
 * <p>Zeros are written some way ahead, so that forcing a group to the disk mostly changes no file size: that saves a
 * write to the file system's own journal.
 */
final class Segment implements AutoCloseable {
    /** Magic, salt, number, where the segment before ended, checksum. */
    static final int HEADER = 40;

    static final String SUFFIX = ".wal";

    private static final long MAGIC = 0x44_56_54_4C_57_41_4C_31L;
    private static final int AHEAD = 1 << 20;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 16);

    /** How files are opened; a test gives one whose disk fails. */
    interface Disk {
        FileChannel open(Path path, Set<? extends OpenOption> options) throws IOException;

        static Disk real() {
            return FileChannel::open;
        }
    }

    private final Path path;
    private final FileChannel channel;
    private final long number;
    private final long salt;
    private int end = HEADER;
    private long zeroedTo = HEADER;
    private long lastAt;

    private Segment(Path path, FileChannel channel, long number, long salt) {
        this.path = path;
        this.channel = channel;
        this.number = number;
        this.salt = salt;
    }

    static Path path(Path directory, long number) {
        return directory.resolve(String.format(Locale.ROOT, "%016d", number) + SUFFIX);
    }

    /** Makes a new segment; it is in its directory for good when this returns, or not there at all. */
    static Segment create(Disk disk, Path directory, long number, long salt, int endBefore) throws IOException {
        Path path = path(directory, number);
        FileChannel channel = disk.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE));
        try {
            Segment segment = new Segment(path, channel, number, salt);
            segment.write(header(number, salt, endBefore), 0);
            segment.zeroAhead();
            channel.force(true);
            try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
                names.force(true);
            }
            return segment;
        } catch (IOException e) {
            try (channel) {
                Files.deleteIfExists(path);
            }
            throw e;
        }
    }

    private static ByteBuffer header(long number, long salt, int endBefore) {
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        header.putLong(MAGIC).putLong(salt).putLong(number).putLong(endBefore);
        return header.putLong(checksum(header)).flip();
    }

    /** Whether these bytes begin with the header of the segment of this number. */
    static boolean isHeader(ByteBuffer bytes, long number) {
        return bytes.limit() >= HEADER
                && bytes.getLong(0) == MAGIC
                && bytes.getLong(16) == number
                && bytes.getLong(32) == checksum(bytes);
    }

    static long salt(ByteBuffer header) {
        return header.getLong(8);
    }

    static int endBefore(ByteBuffer header) {
        return (int) header.getLong(24);
    }

    private static long checksum(ByteBuffer header) {
        CRC32C checksum = new CRC32C();
        checksum.update(header.duplicate().limit(32).position(0));
        return checksum.getValue();
    }

    /**
     * Appends a group and forces it to the disk. If this throws {@link IOException}, nothing of the group is there; if it
     * throws {@link LostDisk}, nobody knows.
     */
    void append(ByteBuffer group, long at) throws IOException, LostDisk {
        int start = end;
        int after = start + group.remaining();
        try {
            write(group, start);
            end = after;
            if (after > zeroedTo) {
                zeroedTo = after;
                zeroAhead();
            }
        } catch (IOException e) {
            end = start;
            takeBack(e);
            throw e;
        }
        try {
            channel.force(false);
        } catch (IOException e) {
            throw new LostDisk("Cannot force " + path + " to the disk: " + e.getMessage(), e);
        }
        lastAt = at;
    }

    private void takeBack(IOException cause) throws LostDisk {
        try {
            channel.truncate(end);
            zeroedTo = end;
            channel.force(true);
        } catch (IOException e) {
            e.addSuppressed(cause);
            throw new LostDisk("Cannot take back what was written to " + path + ": " + e.getMessage(), e);
        }
    }

    private void write(ByteBuffer bytes, long at) throws IOException {
        for (long place = at; bytes.hasRemaining(); ) {
            place += channel.write(bytes, place);
        }
    }

    private void zeroAhead() throws IOException {
        long target = zeroedTo + AHEAD;
        while (zeroedTo < target) {
            int size = (int) Math.min(ZEROS.capacity(), target - zeroedTo);
            write(ZEROS.duplicate().limit(size), zeroedTo);
            zeroedTo += size;
        }
    }

    int end() {
        return end;
    }

    long number() {
        return number;
    }

    long salt() {
        return salt;
    }

    /** When the last record was judged. */
    long lastAt() {
        return lastAt;
    }

    /** Gives back what was zeroed ahead. */
    @Override
    public void close() throws IOException {
        try (channel) {
            channel.truncate(end);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
