package dev.dovetail.executor.starlark.lib;

import dev.dovetail.executor.starlark.value.Builtin;
import dev.dovetail.executor.starlark.value.Callable;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Signature;

/** A method of a type. A record, whose fields the JIT takes for constants. */
public record Method(Signature signature, Body body) {
    /** What it does, with the value that it belongs to and one argument for each parameter. */
    @FunctionalInterface
    public interface Body {
        Object call(Run run, Object self, Object[] arguments);
    }

    /** Stands for a method that is not there. */
    public static final Method NONE = new Method("none()", (_, self, _) -> self);

    Method(String signature, Body body) {
        this(Signature.of(signature), body);
    }

    String name() {
        return signature.name();
    }

    /** Calls it with positional arguments. */
    public Object call(Run run, Object self, Object[] positional) {
        return body.call(run, self, signature.bind(run, positional, Callable.NO_ARGUMENTS));
    }

    /** The method as a function of this value. */
    public Callable on(Object self) {
        return new Builtin(signature, (run, arguments) -> body.call(run, self, arguments));
    }
}
