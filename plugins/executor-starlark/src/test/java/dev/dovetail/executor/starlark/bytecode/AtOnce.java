package dev.dovetail.executor.starlark.bytecode;

import dev.dovetail.executor.starlark.eval.Backend;
import dev.dovetail.executor.starlark.eval.Code;

/** Makes each function quick when it is first called, on the caller's thread. */
public final class AtOnce implements Backend {
    @Override
    public long enough() {
        return 0;
    }

    @Override
    public void warm(Code code) {
        try {
            FunctionEmitter.emit(code).ifPresent(code.warmth()::become);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The class of " + code.name() + " could not be made", e);
        }
    }
}
