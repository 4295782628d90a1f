package dev.dovetail.executor.starlark.value;

/** The value of type {@code struct}: named fields that do not change. Input objects are structs. */
public final class Struct {
    private final Dict fields;
    /** 0 until it is asked for. */
    private int hash;

    /** @param fields with strings as keys, given away */
    public Struct(Dict fields) {
        this.fields = fields;
    }

    /** Only to be read. */
    public Dict fields() {
        return fields;
    }

    /** The order of fields does not count. */
    int hash(int room) {
        if (hash == 0) {
            int all = 3;
            for (int entry = 0; entry < fields.end(); entry++) {
                all += fields.key(entry).hashCode() ^ 31 * Values.hash(fields.value(entry), room);
            }
            hash = all == 0 ? 1 : all;
        }
        return hash;
    }
}
