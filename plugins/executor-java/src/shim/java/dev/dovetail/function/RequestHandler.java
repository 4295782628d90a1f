package dev.dovetail.function;

/**
 * A function of an input.
 *
 * @param <I> what the input is made into
 * @param <O> what the answer is made of
 */
public interface RequestHandler<I, O> {
    /**
     * Answers one call. Where a version asks for several calls at once, several threads are here at once.
     *
     * @throws Exception if the call fails; the message is told to the caller
     */
    O handleRequest(I input, Context context) throws Exception;
}
