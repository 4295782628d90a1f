package dev.dovetail.kernel.cluster;

import dev.dovetail.kernel.Lent;
import dev.dovetail.kernel.Passing;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.store.StateStore;
import java.nio.file.Path;
import java.util.function.Supplier;

/** A slot of a state store, filled by a plugin as any other, in which tests put one store after the other. */
public final class LentState implements AutoCloseable {
    private final Plugins plugins;
    private volatile Supplier<StateStore> store = () -> {
        throw new IllegalStateException("No store was put in yet");
    };

    public LentState(Path folder) throws Exception {
        plugins = Lent.plugins(folder, new Switched());
    }

    /** From now on the slot is filled with what this says at each use. */
    public Slot<StateStore> with(Supplier<StateStore> which) {
        store = which;
        return plugins.state();
    }

    @Override
    public void close() {
        plugins.close();
    }

    private final class Switched implements Passing {
        @Override
        public StateStore it() {
            return store.get();
        }
    }
}
