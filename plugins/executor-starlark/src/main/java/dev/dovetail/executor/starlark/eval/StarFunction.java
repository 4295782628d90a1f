package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.value.Active;
import dev.dovetail.executor.starlark.value.Builtin;
import dev.dovetail.executor.starlark.value.Callable;
import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Tuple;
import dev.dovetail.spi.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A function that was made by {@code def} or {@code lambda}. */
public final class StarFunction implements Callable {
    public final Code code;
    public final Object[] globals;
    public final Cell[] free;
    private final Object[] standards;
    private final boolean plain;

    /** @param standards what parameters are without an argument, or {@link Builtin#ABSENT} */
    public StarFunction(Code code, Object[] globals, Cell[] free, Object[] standards) {
        this.code = code;
        this.globals = globals;
        this.free = free;
        this.standards = standards;
        this.plain = code.plain();
    }

    @Override
    public String name() {
        return code.name();
    }

    /** The names of its parameters that may be given without a name. */
    public List<String> positional() {
        return List.of(code.parameters()).subList(0, code.positional());
    }

    /** The source line of a place in the function's file. */
    public String line(Place place) {
        return code.source().line(place.line());
    }

    /** Whether exactly so many arguments fill its slots without further thought. */
    public boolean takes(int arguments) {
        return plain && code.positional() == arguments;
    }

    @Override
    public Object call(Run run, Object[] positional, Object[] named) {
        if (named.length == 0 && takes(positional.length)) {
            return enter(run, positional);
        }
        Object[] slots = new Object[code.slots()];
        bind(run, slots, positional, named);
        Quick quick = quick(run);
        return quick == null ? walk(run, slots) : enter(run, quick, slots);
    }

    /** Calls it with as many arguments, only to be read, as it takes. */
    public Object enter(Run run, Object[] arguments) {
        Quick quick = quick(run);
        return quick == null ? walk(run, slots(arguments)) : enter(run, quick, arguments);
    }

    /** What a call runs, or null if it walks. */
    Quick quick(Run run) {
        return run.walks ? null : code.warmth().find(code);
    }

    private Object enter(Run run, Quick quick, Object[] parameters) {
        Frame frame = begin(run, Callable.NO_ARGUMENTS);
        try {
            return quick.run(frame, parameters);
        } catch (Failure failure) {
            throw passed(failure, frame);
        } finally {
            end(frame);
        }
    }

    /** Calls it with no argument, if it {@linkplain #takes takes} none. */
    public Object enter(Run run) {
        return enter(run, Callable.NO_ARGUMENTS);
    }

    /** Calls it with one argument, if it takes one. */
    public Object enter(Run run, Object first) {
        Quick quick = quick(run);
        if (quick == null) {
            return walk(run, slots(first));
        }
        Frame frame = begin(run, Callable.NO_ARGUMENTS);
        try {
            return quick.run(frame, first);
        } catch (Failure failure) {
            throw passed(failure, frame);
        } finally {
            end(frame);
        }
    }

    /** Calls it with two arguments, if it takes two. */
    public Object enter(Run run, Object first, Object second) {
        Quick quick = quick(run);
        if (quick == null) {
            return walk(run, slots(first, second));
        }
        Frame frame = begin(run, Callable.NO_ARGUMENTS);
        try {
            return quick.run(frame, first, second);
        } catch (Failure failure) {
            throw passed(failure, frame);
        } finally {
            end(frame);
        }
    }

    /** Calls it with three arguments, if it takes three. */
    public Object enter(Run run, Object first, Object second, Object third) {
        Quick quick = quick(run);
        if (quick == null) {
            return walk(run, slots(first, second, third));
        }
        Frame frame = begin(run, Callable.NO_ARGUMENTS);
        try {
            return quick.run(frame, first, second, third);
        } catch (Failure failure) {
            throw passed(failure, frame);
        } finally {
            end(frame);
        }
    }

    private Object[] slots(Object... arguments) {
        return Arrays.copyOf(arguments, code.slots());
    }

    /** Runs it node by node, with its parameters in their slots. */
    Object walk(Run run, Object[] slots) {
        long before = run.stepsUsed();
        Frame frame = begin(run, slots);
        for (int cell : code.cells()) {
            slots[cell] = new Cell(slots[cell]);
        }
        try {
            code.body().exec(frame);
            return frame.result;
        } catch (Failure failure) {
            throw passed(failure, frame);
        } finally {
            end(frame);
            code.warmth().walked(run.stepsUsed() - before);
        }
    }

    /** Makes it the innermost active call. */
    private Frame begin(Run run, Object[] slots) {
        run.tick();
        Frame frame = new Frame(run, this, slots);
        refuseRecursion(frame.caller);
        int room = run.room - code.height();
        if (room < 0) {
            throw new Failure(Failure.Kind.RECURSION, "calls are nested too deep: " + name() + " has no room left");
        }
        run.top = frame;
        run.room = room;
        return frame;
    }

    private void end(Frame frame) {
        Run run = frame.run;
        run.top = frame.caller;
        run.room += code.height();
    }

    private Failure passed(Failure failure, Frame frame) {
        failure.passed(name(), frame.place());
        return failure;
    }

    private void refuseRecursion(Active calling) {
        Active caller = calling;
        while (caller instanceof Frame active) {
            if (active.function.code == code) {
                throw new Failure(
                        Failure.Kind.RECURSION,
                        "function " + name() + " called recursively; use a loop with a list of what is left to do");
            }
            caller = active.caller;
        }
    }

    private void bind(Run run, Object[] slots, Object[] positional, Object[] named) {
        int taken = Math.min(positional.length, code.positional());
        System.arraycopy(positional, 0, slots, 0, taken);
        if (code.rest() >= 0) {
            Object[] rest = Arrays.copyOfRange(positional, taken, positional.length);
            slots[code.rest()] = new Tuple(rest);
        } else if (positional.length > taken) {
            throw wrong("takes at most " + code.positional() + " positional argument"
                    + (code.positional() == 1 ? "" : "s") + ", got " + positional.length);
        }
        Dict keywords = new Dict(run.mutability());
        for (int i = 0; i < named.length; i += 2) {
            int index = indexOf((String) named[i]);
            if (index >= 0 && slots[index] != null) {
                throw wrong("got two arguments for " + named[i]);
            } else if (index >= 0) {
                slots[index] = named[i + 1];
            } else if (code.keywords() < 0) {
                throw wrong("has no parameter named \"" + named[i] + "\"");
            } else if (keywords.find(run, named[i]) >= 0) {
                throw wrong("got two arguments for " + named[i]);
            } else {
                keywords.put(run, named[i], named[i + 1]);
            }
        }
        if (code.keywords() >= 0) {
            slots[code.keywords()] = keywords;
        }
        fillIn(slots);
    }

    private void fillIn(Object[] slots) {
        List<String> missing = new ArrayList<>();
        for (int i = 0; i < code.parameters().length; i++) {
            if (slots[i] == null) {
                slots[i] = standards[i];
                if (standards[i] == Builtin.ABSENT) {
                    missing.add(code.parameters()[i]);
                }
            }
        }
        if (!missing.isEmpty()) {
            throw wrong("needs an argument for " + String.join(", ", missing));
        }
    }

    private int indexOf(String parameter) {
        for (int i = 0; i < code.parameters().length; i++) {
            if (code.parameters()[i].equals(parameter)) {
                return i;
            }
        }
        return -1;
    }

    private Failure wrong(String what) {
        return new Failure(Failure.Kind.ARGUMENT, name() + "() " + what);
    }
}
