package dev.dovetail.kernel.durable.journal;

import dev.dovetail.spi.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/** Journals as the store has them: compressed where that saves much, and read whether they are or not. */
public final class Packed {
    /** Up to here it costs more than it saves. */
    private static final int SMALL = 4096;

    /** What zlib's format begins with, and no JSON does. */
    private static final byte ZLIB = 0x78;

    private static final int PIECE = 8 << 10;

    private Packed() {}

    public static Bytes pack(Bytes text) {
        if (text.size() <= SMALL) {
            return text;
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream(text.size() / 2);
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed, deflater, PIECE)) {
            out.write(text.toArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }
        return packed.size() < text.size() / 10 * 9 ? Bytes.given(packed.toByteArray()) : text;
    }

    /** @throws UncheckedIOException if it was damaged */
    public static Bytes unpack(Bytes kept) {
        if (kept.size() == 0 || kept.at(0) != ZLIB) {
            return kept;
        }
        try (InputStream in = new InflaterInputStream(kept.stream())) {
            return Bytes.given(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("A journal cannot be read", e);
        }
    }
}
