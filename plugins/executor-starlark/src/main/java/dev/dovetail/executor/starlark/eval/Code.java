package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.syntax.Source;

/**
 * A compiled function. Shared by all closures over it, and by all runs.
 *
 * @param parameters those that have names, positional ones first
 * @param positional how many may be given without a name
 * @param rest slot of {@code *args}, or -1
 * @param keywords slot of {@code **kwargs}, or -1
 * @param variables the names of what its slots hold, empty for what the source does not name
 * @param cells slots that hold a {@link Cell}
 * @param height levels of stack that a call may need
 * @param warmth what calls run instead of walking the body, once there is something
 */
public record Code(
        String name,
        Source source,
        int at,
        String[] parameters,
        int positional,
        int rest,
        int keywords,
        String[] variables,
        int[] cells,
        Stmt body,
        int height,
        Warmth warmth) {
    public int slots() {
        return variables.length;
    }

    /** How many slots are parameters, which are the first ones. */
    public int taken() {
        return parameters.length + (rest < 0 ? 0 : 1) + (keywords < 0 ? 0 : 1);
    }

    /** Whether a call with just the positional arguments needs no further thought. */
    public boolean plain() {
        return parameters.length == positional && rest < 0 && keywords < 0;
    }
}
