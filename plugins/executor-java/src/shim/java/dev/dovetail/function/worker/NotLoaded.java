package dev.dovetail.function.worker;

/** The code cannot be started, in words for whoever wrote it. */
final class NotLoaded extends Exception {
    private static final long serialVersionUID = 1;

    private final String file;
    private final long line;
    private final long column;

    NotLoaded(String message) {
        this(message, "", 0, 0);
    }

    NotLoaded(String message, String file, long line, long column) {
        super(message);
        this.file = file;
        this.line = line;
        this.column = column;
    }

    String file() {
        return file;
    }

    long line() {
        return line;
    }

    long column() {
        return column;
    }
}
