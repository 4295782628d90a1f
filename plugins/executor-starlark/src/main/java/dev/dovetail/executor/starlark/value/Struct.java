package dev.dovetail.executor.starlark.value;

/** The value of type {@code struct}: named fields that do not change. Input objects are structs. */
public final class Struct {
    private final Dict fields;
    private final boolean open;
    /** 0 until it is asked for. */
    private int hash;

    /** @param fields with strings as keys, given away */
    public Struct(Dict fields) {
        this(fields, false);
    }

    private Struct(Dict fields, boolean open) {
        this.fields = fields;
        this.open = open;
    }

    /** One whose missing fields read as None: an object of JSON, where what is optional may be left out. */
    public static Struct open(Dict fields) {
        return new Struct(fields, true);
    }

    public boolean isOpen() {
        return open;
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
