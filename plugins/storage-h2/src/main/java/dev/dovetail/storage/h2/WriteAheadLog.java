package dev.dovetail.storage.h2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What was committed lately, in files that only grow: a group of records is appended and forced to the disk at once.
 *
 * <p>A record's position is its segment's number and its place in it. A segment goes when everything in it is in the H2
 * file and the ids in it have had their time. Appending and forgetting are the writer thread's; reading back is too.
 */
final class WriteAheadLog implements AutoCloseable {
    private final Path directory;
    private final int segmentBytes;
    private final Segment.Disk disk;
    private final Deque<Sealed> old = new ArrayDeque<>();
    private Optional<Segment> current = Optional.empty();
    private ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18);

    /** A segment that is no longer written, and the last version in it. */
    private record Sealed(long number, int end, long lastAt, long lastVersion) {}

    WriteAheadLog(Path directory, int segmentBytes, Segment.Disk disk) {
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.disk = disk;
    }

    static long position(long segment, int offset) {
        return segment << 32 | offset;
    }

    /** Goes on after what was read. */
    void goOn(List<LogReading.Read> read, long lastVersion) {
        read.forEach(each -> old.add(new Sealed(each.number(), each.end(), each.lastAt(), lastVersion)));
    }

    /**
     * Appends the records, all of them durable when this returns.
     *
     * @return where each of them is
     * @throws IOException nothing was appended; there may be room later
     * @throws LostDisk nobody knows what was appended
     */
    long[] append(List<Logged> records, long versionBefore) throws IOException, LostDisk {
        Segment segment = roomy(versionBefore);
        int start = segment.end();
        buffer.clear();
        long[] positions = new long[records.size()];
        for (int i = 0; i < positions.length; i++) {
            Logged record = records.get(i);
            reserve(Frame.HEADER + LoggedCodec.bound(record) + 8);
            int at = buffer.position();
            buffer.position(at + Frame.HEADER);
            LoggedCodec.write(record, buffer);
            Frame.seal(buffer, at, segment.salt(), start + at, start);
            positions[i] = position(segment.number(), start + at);
        }
        segment.append(buffer.flip(), records.getLast().at());
        return positions;
    }

    private void reserve(int more) {
        if (buffer.remaining() < more) {
            int needed = Math.addExact(buffer.position(), more);
            buffer = ByteBuffer.allocateDirect(Math.max(needed, buffer.capacity() * 2))
                    .put(buffer.flip());
        }
    }

    private Segment roomy(long versionBefore) throws IOException {
        if (current.isPresent() && current.get().end() < segmentBytes) {
            return current.get();
        }
        if (current.isPresent()) {
            Segment full = current.get();
            full.close();
            current = Optional.empty();
            old.add(new Sealed(full.number(), full.end(), full.lastAt(), versionBefore));
        }
        long number = old.isEmpty() ? 1 : old.getLast().number() + 1;
        int endBefore = old.isEmpty() ? 0 : old.getLast().end();
        Segment next = Segment.create(disk, directory, number, new SplittableRandom().nextLong(), endBefore);
        current = Optional.of(next);
        return next;
    }

    /** The record at a position, unless its segment is gone. */
    Optional<Logged> read(long position) throws IOException {
        long number = position >>> 32;
        boolean there = current.map(s -> s.number() == number).orElse(false)
                || old.stream().anyMatch(s -> s.number() == number);
        if (!there) {
            return Optional.empty();
        }
        try (FileChannel file = FileChannel.open(Segment.path(directory, number), StandardOpenOption.READ)) {
            ByteBuffer header = read(file, (int) position, Frame.HEADER);
            return Optional.of(LoggedCodec.read(read(file, (int) position + Frame.HEADER, header.getInt(4))));
        }
    }

    private static ByteBuffer read(FileChannel file, int from, int size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, (long) from + bytes.position()) < 0) {
                throw new IOException("The log ends at " + (from + bytes.position()) + " within a record");
            }
        }
        return bytes.flip();
    }

    /** Removes the oldest segments of which everything was applied and whose ids are older than this. */
    void forget(long applied, long idsBefore) throws IOException {
        while (!old.isEmpty()
                && old.getFirst().lastVersion() <= applied
                && old.getFirst().lastAt() < idsBefore) {
            Files.deleteIfExists(Segment.path(directory, old.getFirst().number()));
            old.removeFirst();
        }
    }

    /** The oldest segment that is still there; records before it are gone. */
    long oldest() {
        return old.isEmpty()
                ? current.map(Segment::number).orElse(Long.MAX_VALUE)
                : old.getFirst().number();
    }

    @Override
    public void close() throws IOException {
        if (current.isPresent()) {
            current.get().close();
        }
    }
}
