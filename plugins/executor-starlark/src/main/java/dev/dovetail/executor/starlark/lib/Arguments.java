package dev.dovetail.executor.starlark.lib;

import dev.dovetail.executor.starlark.value.Builtin;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Ints;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.Values;

/** Takes arguments for what they should be, or says what they are instead. */
public final class Arguments {
    private Arguments() {}

    public static boolean given(Object argument) {
        return argument != Builtin.ABSENT;
    }

    /** Whether it was given and is not None. */
    public static boolean some(Object argument) {
        return argument != Builtin.ABSENT && argument != None.NONE;
    }

    public static Object or(Object argument, Object standard) {
        return argument == Builtin.ABSENT ? standard : argument;
    }

    public static String text(Object argument, String what) {
        if (argument instanceof String text) {
            return text;
        }
        throw wrong(argument, what, "a string");
    }

    /** An int that fits 32 bits; larger ones are cut to the nearest that does. */
    public static int number(Object argument, String what) {
        if (argument instanceof Long number) {
            return Math.clamp(number, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        if (Ints.is(argument)) {
            return Ints.big(argument).signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
        }
        throw wrong(argument, what, "an int");
    }

    public static Failure wrong(Object argument, String what, String expected) {
        return Failure.type(what + " is " + expected + ", not " + Values.type(argument));
    }
}
