package dev.dovetail.storage.h2;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How a record lies in a segment of the log: magic, length, where its group began, checksum, then the record, then zeros
 * up to the next multiple of eight.
 *
 * <p>The checksum also covers the segment's salt and the record's own place, so that a record that is elsewhere - in a
 * value, in a file that was copied over another - is none. Where its group began tells a torn group, which nobody was
 * told of, from damage to what had been forced to the disk before.
 */
record Frame(int offset, int length, int groupStart) {
    static final int MAGIC = 0x44_56_52_31;
    static final int HEADER = 16;

    private static final int CHECKSUM_AT = 12;

    /** Fills in the header of a record that was written from {@code at + HEADER} to the buffer's position, and pads it. */
    static void seal(ByteBuffer target, int at, long salt, int offset, int groupStart) {
        int length = target.position() - at - HEADER;
        target.putInt(at, MAGIC).putInt(at + 4, length).putInt(at + 8, groupStart);
        target.putInt(at + CHECKSUM_AT, checksum(target, at, length, salt, offset));
        while (target.position() % 8 != 0) {
            target.put((byte) 0);
        }
    }

    /** Whether a whole and undamaged record lies at this place of the segment. */
    static boolean isAt(ByteBuffer segment, int offset, long salt) {
        if (offset + HEADER > segment.limit() || segment.getInt(offset) != MAGIC) {
            return false;
        }
        int length = segment.getInt(offset + 4);
        return length > 0
                && length <= segment.limit() - offset - HEADER
                && segment.getInt(offset + CHECKSUM_AT) == checksum(segment, offset, length, salt, offset);
    }

    static Frame at(ByteBuffer segment, int offset) {
        return new Frame(offset, segment.getInt(offset + 4), segment.getInt(offset + 8));
    }

    private static int checksum(ByteBuffer bytes, int at, int length, long salt, int offset) {
        CRC32C checksum = new CRC32C();
        checksum.update(ByteBuffer.allocate(12).putLong(salt).putInt(offset).flip());
        checksum.update(bytes.duplicate().limit(at + CHECKSUM_AT).position(at));
        checksum.update(bytes.duplicate().limit(at + HEADER + length).position(at + HEADER));
        return (int) checksum.getValue();
    }

    /** Where the next record begins. */
    int end() {
        return (offset + HEADER + length + 7) & ~7;
    }

    ByteBuffer content(ByteBuffer segment) {
        return segment.slice(offset + HEADER, length);
    }
}
