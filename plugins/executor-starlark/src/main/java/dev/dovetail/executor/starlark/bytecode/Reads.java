package dev.dovetail.executor.starlark.bytecode;

import dev.dovetail.executor.starlark.eval.Cell;
import dev.dovetail.executor.starlark.eval.Frame;
import dev.dovetail.executor.starlark.eval.Variables;

/** How emitted code reads variables that may have no value yet. */
public final class Reads {
    private Reads() {}

    public static Object local(Object value, Frame f, int at, String name) {
        if (value == null) {
            throw Variables.unassigned(f, at, "local", name);
        }
        return value;
    }

    public static Object shared(Cell cell, Frame f, int at, String name) {
        Object value = cell.value;
        if (value == null) {
            throw Variables.unassigned(f, at, "local", name);
        }
        return value;
    }

    public static Object free(Cell cell, Frame f, int at, String name) {
        Object value = cell.value;
        if (value == null) {
            throw Variables.unassigned(f, at, "enclosing function's", name);
        }
        return value;
    }

    public static Object global(Object[] globals, int index, Frame f, int at, String name) {
        Object value = globals[index];
        if (value == null) {
            throw Variables.unassigned(f, at, "global", name);
        }
        return value;
    }
}
