package dev.dovetail.spi;

/**
 * A place in a function's source.
 *
 * @param file relative to the root of the code
 * @param line from 1, or 0 if only the file is known
 * @param column from 1, or 0 if only the line is known
 */
public record Place(String file, int line, int column) {
    /** Where no place is known. */
    public static final Place UNKNOWN = new Place("", 0, 0);

    @Override
    public String toString() {
        return line == 0 ? file : column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
    }
}
