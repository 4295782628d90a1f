package dev.dovetail.executor.starlark.eval;

/** A compiled statement. */
interface Stmt {
    int NORMAL = 0;
    int BREAK = 1;
    int CONTINUE = 2;
    int RETURN = 3;

    /** Does it, and says how to go on. */
    int exec(Frame f);
}
