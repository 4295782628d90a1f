package dev.dovetail.kernel.cluster;

import dev.dovetail.kernel.Lent;
import dev.dovetail.kernel.Passing;
import dev.dovetail.kernel.config.Configs;
import dev.dovetail.kernel.plugin.Kind;
import dev.dovetail.kernel.plugin.PluginSettings;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.plugin.SlotSetting;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.StateStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A slot of a state store, filled by a plugin as any other, in which tests put one store after the other. */
public final class LentState implements AutoCloseable {
    private final Plugins plugins;
    private volatile Supplier<StateStore> store = () -> {
        throw new IllegalStateException("No store was put in yet");
    };

    public LentState(Path folder) throws Exception {
        Files.createDirectories(folder.resolve("shipped"));
        Lent.stateJar().in(folder.resolve("shipped"));
        plugins = new Plugins(
                new PluginSettings(
                        folder.resolve("shipped"),
                        folder.resolve("data"),
                        "0.1.0",
                        List.of(new SlotSetting(
                                Kind.STATE,
                                Name.of("state"),
                                Name.of("lent"),
                                Optional.empty(),
                                new Schemas().object().put("key", Lent.lend(new Switched())))),
                        List.of(),
                        false,
                        InstantSource.system(),
                        PluginSettings.Times.USUAL),
                new Configs(new Schemas())::check);
        plugins.start();
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
