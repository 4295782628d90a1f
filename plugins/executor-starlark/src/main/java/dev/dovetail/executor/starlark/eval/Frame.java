package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.value.Active;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.spi.Place;

/** An active call: its variables, and where it stands. */
final class Frame implements Active {
    final Run run;
    final StarFunction function;
    final Active caller;
    final Object[] slots;

    /** Offset of what is being done, for when it fails. */
    int at;

    Object result = None.NONE;

    Frame(Run run, StarFunction function, Object[] slots) {
        this.run = run;
        this.function = function;
        this.caller = run.top;
        this.slots = slots;
    }

    @Override
    public Place place() {
        return function.code.source().place(at);
    }

    @Override
    public String name() {
        return function.name();
    }

    @Override
    public Active caller() {
        return caller;
    }
}
