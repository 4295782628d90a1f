package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.cluster.Swept;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.StateStore;
import java.util.Collection;

/** Where archives are claimed. */
record Claims(Slot<StateStore> state, CodeCache code) {
    /** Keeps archives until what refers to them is written. */
    Claim on(Name tenant, Collection<byte[]> archives) throws InterruptedException {
        Swept before = Swept.now(state);
        Claim claim = new Claim(this, tenant, archives, before);
        claim.put();
        return claim;
    }
}
