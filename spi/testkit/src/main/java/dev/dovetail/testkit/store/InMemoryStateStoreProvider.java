package dev.dovetail.testkit.store;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.plugin.StateStoreProvider;
import dev.dovetail.spi.store.StateStore;

/** Opens state stores in memory; those of one provider share what was written, as if it were their disk. */
public final class InMemoryStateStoreProvider implements StateStoreProvider {
    private final StateMemory memory = new StateMemory();

    @Override
    public Name type() {
        return Name.of("memory");
    }

    @Override
    public StateStore open(Config config, Context context) {
        return new InMemoryStateStore(memory, context.clock());
    }
}
