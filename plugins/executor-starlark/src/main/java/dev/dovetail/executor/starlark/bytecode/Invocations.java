package dev.dovetail.executor.starlark.bytecode;

import dev.dovetail.executor.starlark.eval.Calls;
import dev.dovetail.executor.starlark.eval.Frame;
import dev.dovetail.executor.starlark.eval.StarFunction;
import dev.dovetail.executor.starlark.lib.Attributes;
import dev.dovetail.executor.starlark.lib.Method;
import dev.dovetail.executor.starlark.lib.MethodName;
import dev.dovetail.executor.starlark.value.Builtin;
import dev.dovetail.executor.starlark.value.Callable;
import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Sequences;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.executor.starlark.value.Struct;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How emitted code calls. What is called is found, or refused, before its arguments are evaluated. */
public final class Invocations {
    private Invocations() {}

    /** Refuses what cannot be called. */
    public static void check(Object callee, int arguments, Frame f, int at) {
        if (callee instanceof StarFunction own && own.takes(arguments)) {
            return;
        }
        f.at = at;
        Calls.callable(callee);
    }

    public static Object call(Object callee, Frame f, int at) {
        f.at = at;
        return callee instanceof StarFunction own && own.takes(0)
                ? own.enter(f.run)
                : Calls.counted(f, (Callable) callee, Callable.NO_ARGUMENTS, Callable.NO_ARGUMENTS);
    }

    public static Object call(Object callee, Object first, Frame f, int at) {
        f.at = at;
        return callee instanceof StarFunction own && own.takes(1)
                ? own.enter(f.run, first)
                : Calls.counted(f, (Callable) callee, new Object[] {first}, Callable.NO_ARGUMENTS);
    }

    public static Object call(Object callee, Object first, Object second, Frame f, int at) {
        f.at = at;
        return callee instanceof StarFunction own && own.takes(2)
                ? own.enter(f.run, first, second)
                : Calls.counted(f, (Callable) callee, new Object[] {first, second}, Callable.NO_ARGUMENTS);
    }

    public static Object call(Object callee, Object first, Object second, Object third, Frame f, int at) {
        f.at = at;
        return callee instanceof StarFunction own && own.takes(3)
                ? own.enter(f.run, first, second, third)
                : Calls.counted(f, (Callable) callee, new Object[] {first, second, third}, Callable.NO_ARGUMENTS);
    }

    public static Object callAll(Object callee, Object[] arguments, Frame f, int at) {
        f.at = at;
        return Calls.counted(f, (Callable) callee, arguments, Callable.NO_ARGUMENTS);
    }

    public static Object callNamed(Object callee, Object[] arguments, Object[] named, Frame f, int at) {
        f.at = at;
        return Calls.counted(f, (Callable) callee, arguments, named);
    }

    /** Calls a built-in that is known when the code is emitted. */
    public static Object builtin(Object[] arguments, Builtin builtin, Frame f, int at) {
        f.at = at;
        f.run.tick();
        return builtin.call(f.run, arguments, Callable.NO_ARGUMENTS);
    }

    /** What {@code self.name(...)} calls if it is no method; null if it is one. */
    public static Callable other(Object self, MethodName name, Frame f, int dot) {
        if (name.of(self) != Method.NONE) {
            return null;
        }
        f.at = dot;
        return Calls.callable(Attributes.of(self, name.name()));
    }

    /** Calls what {@link #other} found. Parted by types, so that each has a method that the JIT knows. */
    public static Object invoke(Object self, Callable other, Object[] arguments, MethodName name, Frame f, int at) {
        f.at = at;
        if (other != null) {
            return Calls.counted(f, other, arguments, Callable.NO_ARGUMENTS);
        }
        f.run.tick();
        if (self instanceof String) {
            return name.ofString().call(f.run, self, arguments);
        }
        if (self instanceof Dict) {
            return name.ofDict().call(f.run, self, arguments);
        }
        if (self instanceof StarList) {
            return name.ofList().call(f.run, self, arguments);
        }
        if (self instanceof Struct) {
            return name.ofStruct().call(f.run, self, arguments);
        }
        return name.of(self).call(f.run, self, arguments);
    }

    /** What {@code self.name(...)} calls, for arguments with names or stars. */
    public static Object bound(Object self, MethodName name, Frame f, int dot) {
        Method method = name.of(self);
        if (method != Method.NONE) {
            return method.on(self);
        }
        f.at = dot;
        return Calls.callable(Attributes.of(self, name.name()));
    }

    /** What is called with arguments that have names or stars. */
    public static Object callable(Object callee, Frame f, int at) {
        f.at = at;
        return Calls.callable(callee);
    }

    /** Positional arguments and what stands after a star. */
    public static Object[] withRest(Object items, Object[] positional, Frame f, int at) {
        f.at = at;
        Object[] rest = Sequences.toArray(f.run, items);
        Object[] all = Arrays.copyOf(positional, positional.length + rest.length);
        System.arraycopy(rest, 0, all, positional.length, rest.length);
        return all;
    }

    /** Named arguments and what stands after two stars. */
    public static Object[] withKeywords(Object entries, Object[] named, Frame f, int at) {
        f.at = at;
        List<Object> pairs = new ArrayList<>(Arrays.asList(named));
        Calls.Arguments.spread(f, entries, pairs);
        return pairs.toArray();
    }
}
