package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.value.Values;

/** A compiled expression. */
public sealed interface Expr
        permits Variables.Constant,
                Variables.Local,
                Variables.Shared,
                Variables.Free,
                Variables.Global,
                SmallInts.Add,
                SmallInts.Modulo,
                SmallInts.Equal,
                Arithmetic.Add,
                Arithmetic.Subtract,
                Arithmetic.Modulo,
                Arithmetic.Binary,
                Builds.ListOf,
                Builds.TupleOf,
                Builds.DictOf,
                Builds.Comprehension,
                Builds.Closure,
                Builds.Index,
                Builds.Slice,
                Builds.Negate,
                Builds.Plus,
                Builds.Invert,
                Calls.Call,
                Calls.MethodCall,
                Calls.Dot,
                Logic.Equal,
                Logic.Ordered,
                Logic.In,
                Logic.And,
                Logic.Or,
                Logic.Not,
                Logic.Conditional {
    Object eval(Frame f);

    /** Its truth, without a Boolean in between where that can be. */
    default boolean test(Frame f) {
        return Values.truth(eval(f));
    }
}
