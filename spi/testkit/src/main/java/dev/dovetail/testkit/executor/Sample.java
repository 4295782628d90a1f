package dev.dovetail.testkit.executor;

/** The functions that an {@link ExecutorContract} needs, to be written in the executor's language. */
public enum Sample {
    /** Returns its input. */
    ECHO,
    /** Fails, in the way of its language, with a message that has the words {@code out of cheese}. */
    THROW,
    /** Reports progress once and then computes for ever. */
    LOOP,
    /** Asks the host to sleep for a minute, waits for the answer, and returns the text {@code "slept"}. */
    WAIT,
    /** Writes the lines {@code one} and {@code two} to its standard output and returns the text {@code "done"}. */
    PRINT,
    /** Writes the line {@code loading} while it is loaded, and returns its input. */
    LOADING,
    /** Returns the environment's {@code COLOUR}, or null. */
    ENVIRONMENT,
    /** Keeps count of its calls in a global, as far as its language lets it, and returns the count. */
    REMEMBER,
    /** Reports progress once and then holds more and more memory. */
    ALLOCATE,
    /** Asks the host for the time and then for random digits, and returns both in an array. */
    ASK,
    /** Begins two sleeps of the host, of 1 and of 2 ms, waits for both, and returns the text {@code "both"}. */
    ASK_BOTH,
    /** Is not a program: the second line is wrong. */
    BROKEN,
    /** Ends the process that it runs in. Only for executors with workers. */
    EXIT
}
