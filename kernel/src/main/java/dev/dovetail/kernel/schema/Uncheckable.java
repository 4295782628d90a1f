package dev.dovetail.kernel.schema;

/**
 * A value that cannot be checked against its schema, because of the schema: the check does not end, takes too much work or meets a reference
 * that leads nowhere. Says nothing of the value. Carries no stack: it is an answer, not an accident.
 */
public final class Uncheckable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Uncheckable(String message) {
        super(message, null, false, false);
    }
}
