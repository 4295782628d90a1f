package dev.dovetail.executor.starlark.value;

/** The value of type {@code struct}: named fields that do not change. Input objects are structs. */
public final class Struct {
    private final Dict fields;

    /** @param fields with strings as keys, given away */
    public Struct(Dict fields) {
        this.fields = fields;
    }

    /** Only to be read. */
    public Dict fields() {
        return fields;
    }

    @Override
    public boolean equals(Object other) {
        return Values.equal(this, other);
    }

    @Override
    public int hashCode() {
        return Values.hash(this);
    }
}
