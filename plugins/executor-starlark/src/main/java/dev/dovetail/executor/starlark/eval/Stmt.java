package dev.dovetail.executor.starlark.eval;

/** A compiled statement. */
public sealed interface Stmt
        permits Statements.Block,
                Statements.Do,
                Statements.AssignLocal,
                Statements.Assign,
                Statements.Return,
                Statements.Jump,
                Statements.When,
                Statements.If,
                Statements.For,
                Statements.Collect,
                Statements.CollectEntry,
                Augmenting.Variable,
                Augmenting.Element {
    int NORMAL = 0;
    int BREAK = 1;
    int CONTINUE = 2;
    int RETURN = 3;

    /** Does it, and says how to go on. */
    int exec(Frame f);
}
