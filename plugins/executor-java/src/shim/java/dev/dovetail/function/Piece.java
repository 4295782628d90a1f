package dev.dovetail.function;

/** What a read of a streamed input gave: a piece, or its end. Unchangeable. */
public final class Piece {
    private static final Piece END = new Piece(true, null);

    private final boolean end;
    private final Object value;

    private Piece(boolean end, Object value) {
        this.end = end;
        this.value = value;
    }

    /** Made by the system. */
    public static Piece of(Object value) {
        return new Piece(false, value);
    }

    /** Made by the system. */
    public static Piece end() {
        return END;
    }

    /** Whether the input has ended, so that there is no piece. */
    public boolean isEnd() {
        return end;
    }

    /**
     * The piece, as JSON is read; it may be null.
     *
     * @throws IllegalStateException at the end
     */
    public Object value() {
        if (end) {
            throw new IllegalStateException("The input has ended");
        }
        return value;
    }
}
