package dev.dovetail.executor.starlark.eval;

/** Makes code quick that is run often enough. Thread-safe. */
public interface Backend extends AutoCloseable {
    /** Walks all code for ever. */
    Backend WALKER = new Backend() {
        @Override
        public long enough() {
            return Long.MAX_VALUE;
        }

        @Override
        public void warm(Code code) {}
    };

    /** How many steps a function has walked, all its calls together, when it is worth to be made quick; 0 for at once. */
    long enough();

    /** Ends what it has begun. Code may go on being told. */
    @Override
    default void close() {}

    /** Told once for each code that has walked enough. Answers soon, whether or not it has made it quick by then. */
    void warm(Code code);
}
