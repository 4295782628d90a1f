package dev.dovetail.executor.starlark.syntax;

import dev.dovetail.spi.Place;
import java.util.Arrays;

/** The text of one file, which knows its lines. Immutable. */
public final class Source {
    /** The most characters that a file may have. */
    public static final int LONGEST = 256 * 1024;

    private final String file;
    private final String text;
    private final int[] lines;

    public Source(String file, String text) {
        this.file = file;
        this.text = text;
        int[] starts = new int[16];
        int count = 1;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\n') {
                if (count == starts.length) {
                    starts = Arrays.copyOf(starts, count * 2);
                }
                starts[count++] = i + 1;
            }
        }
        this.lines = Arrays.copyOf(starts, count);
    }

    public String file() {
        return file;
    }

    public String text() {
        return text;
    }

    /** The place at an offset into the text. */
    public Place place(int at) {
        int line = lineOf(at);
        return new Place(file, line + 1, at - lines[line] + 1);
    }

    /** The line of source around an offset, without what ends it. */
    public String snippet(int at) {
        int line = lineOf(at);
        int end = line + 1 < lines.length ? lines[line + 1] - 1 : text.length();
        String whole = text.substring(lines[line], end).stripTrailing();
        return whole.length() <= 200 ? whole : whole.substring(0, 200) + "...";
    }

    /** The line of this number, from 1. */
    public String line(int number) {
        return number < 1 || number > lines.length ? "" : snippet(lines[number - 1]);
    }

    private int lineOf(int at) {
        int found = Arrays.binarySearch(lines, at);
        return found >= 0 ? found : -found - 2;
    }
}
