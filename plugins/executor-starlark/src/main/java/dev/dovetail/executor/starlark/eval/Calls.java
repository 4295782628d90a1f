package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.lib.Attributes;
import dev.dovetail.executor.starlark.lib.Method;
import dev.dovetail.executor.starlark.value.Callable;
import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Sequences;
import dev.dovetail.executor.starlark.value.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Calls, and looking for attributes. */
public final class Calls {
    private Calls() {}

    /** The arguments of a call. Names and stars are rare, so those that have none are quick. */
    public record Arguments(
            Expr[] positional, String[] names, Expr[] named, Optional<Expr> rest, Optional<Expr> keywords) {
        public boolean plain() {
            return names.length == 0 && rest.isEmpty() && keywords.isEmpty();
        }

        Object[] positional(Frame f) {
            return Builds.all(f, positional);
        }

        /** Calls with all there is. */
        Object call(Frame f, Callable function, int at) {
            List<Object> first = new ArrayList<>(Arrays.asList(Builds.all(f, positional)));
            List<Object> pairs = new ArrayList<>();
            for (int i = 0; i < names.length; i++) {
                pairs.add(names[i]);
                pairs.add(named[i].eval(f));
            }
            if (rest.isPresent()) {
                Object items = rest.get().eval(f);
                f.at = at;
                Collections.addAll(first, Sequences.toArray(f.run, items));
            }
            if (keywords.isPresent()) {
                Object entries = keywords.get().eval(f);
                f.at = at;
                spread(f, entries, pairs);
            }
            f.at = at;
            return counted(f, function, first.toArray(), pairs.toArray());
        }

        /** Adds the entries of what stands after two stars. */
        public static void spread(Frame f, Object entries, List<Object> pairs) {
            if (!(entries instanceof Dict dict)) {
                throw Failure.type("** needs a dict, not " + Values.type(entries));
            }
            f.run.allocate(16L * dict.size());
            for (Object key : dict.keys()) {
                if (!(key instanceof String)) {
                    throw Failure.type("** needs a dict with strings as keys, not " + Values.type(key));
                }
                pairs.add(key);
                pairs.add(dict.value(dict.find(f.run, key)));
            }
        }
    }

    /** Calls; a function of the program's own counts its call itself. */
    public static Object counted(Frame f, Callable function, Object[] positional, Object[] named) {
        if (!(function instanceof StarFunction)) {
            f.run.tick();
        }
        return function.call(f.run, positional, named);
    }

    /** The value as what can be called, or an error. */
    public static Callable callable(Object value) {
        if (value instanceof Callable function) {
            return function;
        }
        throw Failure.type("cannot call: " + Values.type(value));
    }

    public record Call(Expr function, Arguments arguments, boolean plain, int at) implements Expr {
        @Override
        public Object eval(Frame f) {
            Object callee = function.eval(f);
            if (!plain) {
                f.at = at;
                return arguments.call(f, callable(callee), at);
            }
            Expr[] positional = arguments.positional;
            if (callee instanceof StarFunction own && own.takes(positional.length)) {
                return own(f, own);
            }
            f.at = at;
            Callable other = callable(callee);
            Object[] values = arguments.positional(f);
            f.at = at;
            return counted(f, other, values, Callable.NO_ARGUMENTS);
        }

        /** Evaluates the arguments straight into what the call will use. */
        private Object own(Frame f, StarFunction own) {
            Expr[] given = arguments.positional;
            if (own.quick(f.run) == null) {
                Object[] slots = new Object[own.code.slots()];
                for (int i = 0; i < given.length; i++) {
                    slots[i] = given[i].eval(f);
                }
                f.at = at;
                return own.walk(f.run, slots);
            }
            Object[] values = arguments.positional(f);
            f.at = at;
            return own.enter(f.run, values);
        }
    }

    /** {@code object.name(...)}, without making a bound method where it can. */
    public record MethodCall(Expr object, String name, Arguments arguments, boolean plain, int dot, int at)
            implements Expr {
        @Override
        public Object eval(Frame f) {
            Object self = object.eval(f);
            Method method = Attributes.method(self, name);
            if (method == Method.NONE) {
                f.at = dot;
                Callable function = callable(Attributes.of(self, name));
                if (!plain) {
                    return arguments.call(f, function, at);
                }
                Object[] values = arguments.positional(f);
                f.at = at;
                return counted(f, function, values, Callable.NO_ARGUMENTS);
            }
            if (!plain) {
                return arguments.call(f, method.on(self), at);
            }
            Object[] values = arguments.positional(f);
            f.at = at;
            f.run.tick();
            return method.call(f.run, self, values);
        }
    }

    public record Dot(Expr object, String name, int at) implements Expr {
        @Override
        public Object eval(Frame f) {
            Object self = object.eval(f);
            f.at = at;
            return Attributes.of(self, name);
        }
    }
}
