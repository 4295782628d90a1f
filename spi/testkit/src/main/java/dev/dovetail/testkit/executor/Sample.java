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
    EXIT,
    /**
     * Runs one step {@code one} with the input <code>{"n": 1}</code>, the compensation {@code undo} and nothing else said,
     * and returns the step's result. The step's code asks the host for random digits, without a label, and returns them.
     * There is an exported function {@code undo} as in {@link #COMPENSATE}. Only for a {@link DurableGuestContract}, as are
     * all that follow.
     */
    STEP,
    /**
     * Runs one step {@code one} without compensation, whose code asks nothing and fails, in the way of its language, with a
     * message that has the words {@code out of cheese}. The code around the step does not catch what comes of it.
     */
    STEP_FAILS,
    /**
     * Begins the steps {@code a} and {@code b}, in this order and before it waits for either, waits for both, and returns
     * both results in an array, that of {@code a} first. The code of each asks the host for random digits, without a label,
     * and returns them.
     */
    STEPS_AT_ONCE,
    /**
     * Returns null, and exports a function {@code undo}, which is called with a step's input and output, asks the host for
     * random digits with the label {@code undo}, and returns an array of the input, the output (null if there is none) and
     * the digits.
     */
    COMPENSATE,
    /**
     * Waits for an event of type {@code gts.x.core.faas.event.v1~order.paid.v1~} with the filter {@code event.total > 10}
     * for an hour at most, and returns the event as the host answered it.
     */
    AWAIT_EVENT,
    /**
     * Sends the pieces <code>{"n": 1}</code> and {@code ["two"]}, waits for each before it goes on, and returns the text
     * {@code "sent"}. Only for a {@link StreamGuestContract}, as is what follows.
     */
    CHUNKS,
    /** Reads its streamed input to the end and returns the pieces in an array. */
    READ
}
