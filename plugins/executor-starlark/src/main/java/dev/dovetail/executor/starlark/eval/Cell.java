package dev.dovetail.executor.starlark.eval;

/** A variable that inner functions share. Its value is null until it is assigned. */
final class Cell {
    Object value;

    Cell(Object value) {
        this.value = value;
    }
}
