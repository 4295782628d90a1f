package dev.dovetail.executor.starlark.value;

/** A function written in Java. */
public final class Builtin implements Callable {
    /** Stands for an argument that was not given. */
    public static final Object ABSENT = new Object();

    /** What it does, with one argument for each parameter in order. */
    @FunctionalInterface
    public interface Body {
        Object call(Run run, Object[] arguments);
    }

    private final Signature signature;
    private final Body body;

    public Builtin(Signature signature, Body body) {
        this.signature = signature;
        this.body = body;
    }

    /** @param signature as in {@link Signature#of} */
    public Builtin(String signature, Body body) {
        this(Signature.of(signature), body);
    }

    public Signature signature() {
        return signature;
    }

    @Override
    public String name() {
        return signature.name();
    }

    @Override
    public Object call(Run run, Object[] positional, Object[] named) {
        return body.call(run, signature.bind(run, positional, named));
    }
}
