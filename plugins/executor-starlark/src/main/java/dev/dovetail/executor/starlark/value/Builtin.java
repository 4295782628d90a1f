package dev.dovetail.executor.starlark.value;

/** A function written in Java. A record, whose fields the JIT takes for constants; equal only to itself. */
public record Builtin(Signature signature, Body body) implements Callable {
    /** Stands for an argument that was not given. */
    public static final Object ABSENT = new Object();

    /** What it does, with one argument for each parameter in order. */
    @FunctionalInterface
    public interface Body {
        Object call(Run run, Object[] arguments);
    }

    /** @param signature as in {@link Signature#of} */
    public Builtin(String signature, Body body) {
        this(Signature.of(signature), body);
    }

    @Override
    public String name() {
        return signature.name();
    }

    @Override
    public Object call(Run run, Object[] positional, Object[] named) {
        return body.call(run, signature.bind(run, positional, named));
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
