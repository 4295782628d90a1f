package dev.dovetail.executor.custom.lambda;

import java.nio.file.Path;

/**
 * What is started for a function.
 *
 * @param outside where it is
 * @param inside where the function sees it
 * @param copy whether it lies elsewhere than the function's files, and has to be shown among them
 */
public record Program(Path outside, Path inside, boolean copy) {
    /** Where functions see their code. */
    public static final Path TASK = Path.of("/var/task");

    private static final Path LAYERS = Path.of("/opt/layers");

    /** Where functions see a layer, counted from 0. */
    public static Path layer(int number) {
        return LAYERS.resolve(Integer.toString(number));
    }
}
