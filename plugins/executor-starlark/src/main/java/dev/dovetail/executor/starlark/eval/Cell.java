package dev.dovetail.executor.starlark.eval;

/** A variable that inner functions share. Its value is null until it is assigned. */
public final class Cell {
    public Object value;

    public Cell(Object value) {
        this.value = value;
    }
}
