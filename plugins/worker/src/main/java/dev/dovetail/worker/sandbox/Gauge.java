package dev.dovetail.worker.sandbox;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A number that the machine keeps in a file of its own, asked again and again: the file stays open, for to open it takes ten times as
 * long as to read it. Thread-safe.
 */
final class Gauge implements AutoCloseable {
    /** More than a line of any of them has. */
    private static final int MOST_BYTES = 256;

    private final Path file;
    private final String word;
    private final byte[] bytes = new byte[MOST_BYTES];
    private RandomAccessFile open;
    private boolean closed;

    /** @param word after which the number comes, at the beginning of the file; empty if the file holds nothing else */
    Gauge(Path file, String word) {
        this.file = file;
        this.word = word.isEmpty() ? "" : word + " ";
    }

    /** What it says now; 0 if it is not there, or closed. */
    synchronized long read() {
        if (closed) {
            return 0;
        }
        try {
            if (open == null) {
                open = new RandomAccessFile(file.toFile(), "r");
            }
            open.seek(0);
            return number(Math.max(0, open.read(bytes)));
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    private long number(int length) {
        String text = new String(bytes, 0, length, StandardCharsets.US_ASCII);
        int end = text.indexOf('\n');
        return text.startsWith(word) ? Long.parseLong(text, word.length(), end < 0 ? length : end, 10) : 0;
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (open != null) {
            open.close();
        }
    }
}
