package dev.dovetail.spi;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that do not change, equal by content. Most often UTF-8 text of one JSON value. */
public final class Bytes {
    private static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    public static Bytes empty() {
        return EMPTY;
    }

    /** A copy of the array. */
    public static Bytes of(byte[] content) {
        return content.length == 0 ? EMPTY : new Bytes(content.clone());
    }

    /** The array itself, which the caller gives away: nobody may write to it any more. */
    public static Bytes given(byte[] content) {
        return content.length == 0 ? EMPTY : new Bytes(content);
    }

    /** The text in UTF-8. */
    public static Bytes utf8(String text) {
        return given(text.getBytes(StandardCharsets.UTF_8));
    }

    public int size() {
        return content.length;
    }

    public boolean isEmpty() {
        return content.length == 0;
    }

    public byte at(int index) {
        return content[index];
    }

    /** The content as UTF-8 text; what is not UTF-8 becomes the replacement character. */
    public String text() {
        return new String(content, StandardCharsets.UTF_8);
    }

    /** A copy. */
    public byte[] toArray() {
        return content.clone();
    }

    /** A view that cannot be written to. */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(content).asReadOnlyBuffer();
    }

    /** A stream over the content, which needs no closing. */
    public InputStream stream() {
        return new ByteArrayInputStream(content);
    }

    public void writeTo(OutputStream target) throws IOException {
        target.write(content);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    /** The size only: content may be a tenant's, and prints itself nowhere. */
    @Override
    public String toString() {
        return "Bytes[" + content.length + "]";
    }
}
