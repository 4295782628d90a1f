package dev.dovetail.kernel.record;

import dev.dovetail.kernel.plugin.Kind;
import dev.dovetail.kernel.plugin.PluginSettings;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.SlotSetting;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.StateStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Executions as tests want them. */
final class Calls {
    static final Name TENANT = Name.of("default");
    static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private Calls() {}

    static Execution execution(String id, String function, Instant at, Duration took, Optional<Fault> error) {
        return new Execution(
                id,
                TENANT,
                Name.of(function),
                1,
                "lent 1.0.0",
                error.isPresent() ? ExecutionStatus.FAILED : ExecutionStatus.SUCCEEDED,
                "sync",
                "system/operator",
                "c-" + function,
                "t",
                at,
                Duration.ZERO,
                took,
                new Execution.Usage(Duration.ZERO, 0, 0),
                false,
                error,
                Optional.empty(),
                0,
                List.of());
    }

    /** With one plugin, which has this store. */
    static Plugins plugins(Path folder, StateStore state) throws Exception {
        Files.createDirectories(folder.resolve("shipped"));
        dev.dovetail.kernel.Lent.stateJar().in(folder.resolve("shipped"));
        ObjectNode config = new Schemas().object().put("key", dev.dovetail.kernel.Lent.lend(state));
        Plugins plugins = new Plugins(
                new PluginSettings(
                        folder.resolve("shipped"),
                        folder.resolve("data"),
                        "0.1.0",
                        List.of(new SlotSetting(
                                Kind.STATE, Name.of("state"), Name.of("lent"), Optional.empty(), config)),
                        List.of(),
                        false,
                        InstantSource.system(),
                        PluginSettings.Times.USUAL),
                new dev.dovetail.kernel.config.Configs(new Schemas())::check);
        plugins.start();
        return plugins;
    }

    static Execution quick(Instant at) {
        return execution(Ids.next(at), "f", at, Duration.ofMillis(5), Optional.empty());
    }
}
