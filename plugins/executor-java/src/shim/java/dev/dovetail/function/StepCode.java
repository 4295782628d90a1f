package dev.dovetail.function;

/**
 * The code of a step.
 *
 * @param <I> what the step is given
 * @param <O> what it gives
 */
public interface StepCode<I, O> {
    /**
     * Runs one attempt, on the thread that asked for the step. What it asks of the system belongs to the step.
     *
     * @param input what the step was given; the same for every attempt, so it is not to be changed
     * @return becomes JSON
     * @throws Exception if the attempt fails; whether there is another one is the step's {@link Retry}'s
     */
    O run(I input, Context context) throws Exception;
}
