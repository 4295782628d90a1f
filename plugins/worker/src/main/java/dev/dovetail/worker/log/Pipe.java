package dev.dovetail.worker.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** One standard stream of a worker, made into lines. Reads only what is there, so that it never blocks. For one thread. */
final class Pipe {
    private static final int PIECE = 1 << 16;
    private static final int LONGEST_LINE = 1 << 13;

    private final InputStream in;
    private final byte[] piece = new byte[PIECE];
    private final byte[] line = new byte[LONGEST_LINE];
    private int length;
    private boolean cut;

    Pipe(InputStream in) {
        this.in = in;
    }

    /** Takes at most one piece of what is there; answers how many bytes. */
    int read(Consumer<String> lines) {
        try {
            int there = in.available();
            int read = there <= 0 ? 0 : in.read(piece, 0, Math.min(there, PIECE));
            for (int i = 0; i < read; i++) {
                take(piece[i], lines);
            }
            return Math.max(0, read);
        } catch (IOException e) {
            return 0; // it was closed with the worker
        }
    }

    private void take(byte octet, Consumer<String> lines) {
        if (octet == '\n') {
            give(lines);
            cut = false;
        } else if (!cut && length < LONGEST_LINE) {
            line[length++] = octet;
        } else if (!cut) {
            give(lines);
            cut = true; // the rest of a line that is too long is left out
        }
    }

    private void give(Consumer<String> lines) {
        if (cut) {
            return;
        }
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        String text = new String(line, 0, end, StandardCharsets.UTF_8);
        lines.accept(length < LONGEST_LINE ? text : text + "... (cut)");
        length = 0;
    }

    /** Gives a line that was begun, and not ended. */
    void flush(Consumer<String> lines) {
        if (length > 0) {
            give(lines);
        }
    }
}
