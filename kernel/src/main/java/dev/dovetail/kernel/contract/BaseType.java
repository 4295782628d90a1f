package dev.dovetail.kernel.contract;

/** The GTS types from which everything that the product names is derived. */
public enum BaseType {
    /** A callable. */
    FUNCTION("gts.x.core.faas.func.v1~"),
    STATUS("gts.x.core.faas.status.v1~"),
    ERROR("gts.x.core.faas.err.v1~"),
    AUDIT("gts.x.core.faas.audit.v1~"),
    /** What a function may declare that it implements. */
    TRAIT("gts.x.core.faas.trait.v1~"),
    EVENT("gts.x.core.events.event.v1~");

    private final String id;

    BaseType(String id) {
        this.id = id;
    }

    /** The GTS id. */
    public String id() {
        return id;
    }
}
