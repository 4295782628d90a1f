package dev.dovetail.kernel.stream;

/**
 * Names a piece over all attempts of the code that sends it: of those with the same step, calls count upwards, and one that is
 * not above the last is a repetition.
 *
 * @param step the number of the step whose code sends it, or {@link #MAIN}
 */
public record Mark(long step, long call) {
    public static final long MAIN = -1;
}
