package dev.dovetail.executor.wasm;

/** A command called {@code proc_exit}. */
final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int code;

    Ended(int code) {
        super("exit " + code);
        this.code = code;
    }

    int code() {
        return code;
    }
}
