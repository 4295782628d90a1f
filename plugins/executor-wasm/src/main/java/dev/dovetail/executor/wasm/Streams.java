package dev.dovetail.executor.wasm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The standard streams of one guest. What it writes is logged line by line; what a command writes to its output is its answer. */
final class Streams {
    private static final int OUTPUT = 1;
    private static final int LONGEST_LINE = 16 << 10;

    private final Calling calling;
    private final boolean command;
    private final int mostOutput;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private final ByteArrayOutputStream[] lines = {new ByteArrayOutputStream(), new ByteArrayOutputStream()};
    private final byte[] input;
    private int taken;

    /** @param input what a command reads; empty otherwise */
    Streams(Calling calling, boolean command, byte[] input) {
        this.calling = calling;
        this.command = command;
        this.input = input;
        this.mostOutput = calling.launch().limits().outputBytes();
    }

    /** At most so much of the input as is left; nothing at its end. */
    byte[] read(int most) {
        int size = (int) Math.min(Integer.toUnsignedLong(most), input.length - taken);
        taken += size;
        return Arrays.copyOfRange(input, taken - size, taken);
    }

    void write(int stream, byte[] bytes) {
        if (command && stream == OUTPUT) {
            if ((long) answer.size() + bytes.length > mostOutput) {
                throw Guest.tooLong((long) answer.size() + bytes.length, mostOutput);
            }
            answer.writeBytes(bytes);
            return;
        }
        ByteArrayOutputStream line = lines[stream - 1];
        for (byte each : bytes) {
            if (each == '\n') {
                flush(line);
            } else {
                line.write(each);
                if (line.size() == LONGEST_LINE) {
                    flush(line);
                }
            }
        }
    }

    private void flush(ByteArrayOutputStream line) {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        calling.print(text);
    }

    /** What was begun and has no end of line yet, is a line. */
    void end() {
        for (ByteArrayOutputStream line : lines) {
            if (line.size() > 0) {
                flush(line);
            }
        }
    }

    byte[] answer() {
        return answer.toByteArray();
    }
}
