package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.value.Values;

/** A compiled expression. */
interface Expr {
    Object eval(Frame f);

    /** Its truth, without a Boolean in between where that can be. */
    default boolean test(Frame f) {
        return Values.truth(eval(f));
    }
}
