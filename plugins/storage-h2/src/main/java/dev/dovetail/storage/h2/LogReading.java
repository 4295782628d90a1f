package dev.dovetail.storage.h2;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Reads the log when a store is opened: every whole record in order, up to the torn end that a crash leaves. Damage
 * anywhere before it is refused, since what follows it was answered.
 */
final class LogReading {
    /** What is done with each record. */
    interface Visitor {
        /** @param record reads the whole record, now or never */
        void visit(long position, LoggedCodec.Head head, Supplier<Logged> record);
    }

    private final Path directory;
    private final System.Logger log;

    LogReading(Path directory, System.Logger log) {
        this.directory = directory;
        this.log = log;
    }

    /** What is known of a segment that was read. */
    record Read(long number, int end, long lastAt) {}

    /** Reads all segments, oldest first, and cuts off what a crash left at the end of the last. */
    List<Read> all(Visitor visitor) throws IOException {
        NavigableMap<Long, Path> files = files();
        List<Read> read = new ArrayList<>();
        for (var file : files.entrySet()) {
            boolean last = file.getKey().equals(files.lastKey());
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file.getValue()));
            if (!Segment.isHeader(bytes, file.getKey())) {
                if (last && !anyRecord(bytes)) {
                    cut(file.getValue(), "it was being made");
                    Files.delete(file.getValue());
                    continue;
                }
                throw damaged(file.getValue(), 0, "its header is not one");
            }
            if (!read.isEmpty() && (read.getLast().number() + 1 != file.getKey())) {
                throw damaged(file.getValue(), 0, "the segment before it is missing");
            }
            Read one = one(file.getKey(), file.getValue(), bytes, last, visitor);
            if (!read.isEmpty() && read.getLast().end() != Segment.endBefore(bytes)) {
                throw damaged(
                        Segment.path(directory, read.getLast().number()),
                        read.getLast().end(),
                        "it ends here, but went on to " + Segment.endBefore(bytes));
            }
            read.add(one);
        }
        return read;
    }

    private NavigableMap<Long, Path> files() throws IOException {
        NavigableMap<Long, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path path : all.toList()) {
                String name = path.getFileName().toString();
                if (name.matches("\\d{16}" + Segment.SUFFIX)) {
                    files.put(Long.parseLong(name.substring(0, 16)), path);
                }
            }
        }
        return files;
    }

    private Read one(long number, Path path, ByteBuffer bytes, boolean last, Visitor visitor) throws IOException {
        long salt = Segment.salt(bytes);
        long lastAt = 0;
        int offset = Segment.HEADER;
        while (Frame.isAt(bytes, offset, salt)) {
            Frame frame = Frame.at(bytes, offset);
            LoggedCodec.Head head = decoded(path, frame, bytes, LoggedCodec::readHead);
            visitor.visit(
                    WriteAheadLog.position(number, offset), head, () -> decoded(path, frame, bytes, LoggedCodec::read));
            lastAt = head.at();
            offset = frame.end();
        }
        if (offset < bytes.limit() && !isZero(bytes, offset)) {
            if (!last || wasForcedBeyond(bytes, offset, salt)) {
                throw damaged(path, offset, "the record there does not match its checksum, and records follow it");
            }
            cut(path, "the group at " + offset + " was being written");
        }
        if (last && offset < bytes.limit()) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(offset);
                channel.force(true);
            }
        }
        return new Read(number, offset, lastAt);
    }

    private static <T> T decoded(Path path, Frame frame, ByteBuffer bytes, Function<ByteBuffer, T> reading) {
        try {
            return reading.apply(frame.content(bytes));
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw new PluginException(
                    Kind.BROKEN,
                    "The write-ahead log " + path + " has a record at " + frame.offset()
                            + " that this version cannot read: " + e.getMessage(),
                    e);
        }
    }

    private static boolean isZero(ByteBuffer bytes, int from) {
        for (int i = from; i < bytes.limit(); i++) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether a record after this place was begun when what lies there was already safe on the disk. */
    private static boolean wasForcedBeyond(ByteBuffer bytes, int damagedAt, long salt) {
        for (int offset = damagedAt + 8; offset + Frame.HEADER <= bytes.limit(); offset += 8) {
            if (Frame.isAt(bytes, offset, salt) && Frame.at(bytes, offset).groupStart() > damagedAt) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyRecord(ByteBuffer bytes) {
        for (int offset = Segment.HEADER; offset + Frame.HEADER <= bytes.limit(); offset += 8) {
            if (bytes.getInt(offset) == Frame.MAGIC) {
                return true;
            }
        }
        return false;
    }

    private void cut(Path path, String why) {
        log.log(System.Logger.Level.INFO, "The write-ahead log {0} had a torn end, now cut off: {1}", path, why);
    }

    private static PluginException damaged(Path path, long offset, String how) {
        return new PluginException(
                Kind.BROKEN,
                "The write-ahead log " + path + " is damaged at byte " + offset + ": " + how
                        + "; expected every record that was written. Restore the store from a copy");
    }
}
