package dev.dovetail.executor.starlark.lib;

import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Operators;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Sequences;
import dev.dovetail.executor.starlark.value.Sets;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.executor.starlark.value.StarSet;

/** The augmented assignments that change their left side in place. */
public final class Augment {
    private Augment() {}

    /** Whether it did; otherwise the operator's result is to be assigned. */
    public static boolean inPlace(Run run, Object left, String op, Object right) {
        switch (left) {
            case StarList list
            when op.equals("+") && Sequences.iterable(right) -> {
                ListMethods.extend(run, list, right);
                return true;
            }
            case Dict dict
            when op.equals("|") && right instanceof Dict other -> {
                dict.check();
                Operators.enterAll(run, dict, other);
                return true;
            }
            case StarSet set
            when right instanceof StarSet other -> {
                return inPlace(run, set, op, other);
            }
            default -> {
                return false;
            }
        }
    }

    private static boolean inPlace(Run run, StarSet set, String op, StarSet other) {
        switch (op) {
            case "|" -> {
                set.check();
                for (Object item : other.keys()) {
                    run.work(16);
                    set.add(run, item);
                }
            }
            case "&" -> Sets.become(run, set, Sets.intersection(run, set, other));
            case "-" -> Sets.become(run, set, Sets.difference(run, set, other));
            case "^" -> Sets.become(run, set, Sets.symmetric(run, set, other));
            default -> {
                return false;
            }
        }
        return true;
    }
}
