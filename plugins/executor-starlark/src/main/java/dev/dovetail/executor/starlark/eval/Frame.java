package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.value.Active;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.spi.Place;
import java.util.LinkedHashMap;
import java.util.Map;

/** An active call: its variables, and where it stands. */
public final class Frame implements Active {
    public final Run run;
    public final StarFunction function;
    final Active caller;
    final Object[] slots;

    /** Offset of what is being done, for when it fails. */
    public int at;

    Object result = None.NONE;

    Frame(Run run, StarFunction function, Object[] slots) {
        this.run = run;
        this.function = function;
        this.caller = run.top;
        this.slots = slots;
    }

    /** None of a call that runs as bytecode. */
    @Override
    public Map<String, Object> variables() {
        Map<String, Object> found = new LinkedHashMap<>();
        for (int i = 0; i < slots.length; i++) {
            Object value = slots[i] instanceof Cell cell ? cell.value : slots[i];
            if (value != null && !function.code.variables()[i].isEmpty()) {
                found.put(function.code.variables()[i], value);
            }
        }
        return found;
    }

    /** Begins a statement: counts it, and notes where it stands for the case that a limit is reached. */
    public void step(int place) {
        at = place;
        run.tick();
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
