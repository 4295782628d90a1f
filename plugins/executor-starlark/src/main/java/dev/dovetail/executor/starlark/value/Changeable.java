package dev.dovetail.executor.starlark.value;

/** A value that can change while it is not frozen and nobody iterates over it. */
public sealed class Changeable permits StarList, Table {
    private final Mutability mutability;
    private int iterations;

    Changeable(Mutability mutability) {
        this.mutability = mutability;
    }

    public boolean frozen() {
        return mutability.frozen();
    }

    /** Marks the beginning of an iteration; what is frozen needs no mark. */
    public void hold() {
        if (!mutability.frozen()) {
            iterations++;
        }
    }

    public void release() {
        if (!mutability.frozen()) {
            iterations--;
        }
    }

    void checkMutable(String type) {
        if (mutability.frozen()) {
            throw new Failure(Failure.Kind.FROZEN, "cannot change a frozen " + type);
        }
        if (iterations > 0) {
            throw new Failure(Failure.Kind.FROZEN, "cannot change a " + type + " while a loop goes over it");
        }
    }
}
