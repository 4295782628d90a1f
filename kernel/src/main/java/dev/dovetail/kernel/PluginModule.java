package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.config.Configs;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.encryption.Encryption;
import dev.dovetail.kernel.plugin.ConfigCheck;
import dev.dovetail.kernel.plugin.Kind;
import dev.dovetail.kernel.plugin.NativeFunctions;
import dev.dovetail.kernel.plugin.PluginSettings;
import dev.dovetail.kernel.plugin.PluginView;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.SlotSetting;
import dev.dovetail.kernel.plugin.VersionState;
import dev.dovetail.kernel.telemetry.Reading;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.spi.Config;
import dev.dovetail.spi.Name;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The plugins, in the slots that the configuration names. */
final class PluginModule extends AbstractModule {
    /** The SPI that this kernel offers. */
    static final String SPI_VERSION = "0.1.0";

    /** The setting of executors whose functions may have a network of their own. */
    private static final String INTERNAL = "internal-hosts";

    private static final String MODULES = "modules";

    private static final Map<String, Kind> KINDS = Map.of(
            "executors",
            Kind.EXECUTOR,
            "secrets",
            Kind.SECRETS,
            "databases",
            Kind.DATABASE,
            "triggers",
            Kind.TRIGGER,
            "strategies",
            Kind.STRATEGY,
            MODULES,
            Kind.EXECUTOR);

    @Provides
    @Singleton
    Plugins plugins(Configuration configuration, Configs configs, Telemetry telemetry, InstantSource clock) {
        Config config = configuration.values().at("plugins");
        List<SlotSetting> slots = new ArrayList<>();
        slots.add(setting(Kind.STATE, Name.of("state"), configuration.state()));
        slots.add(setting(Kind.BLOBS, Name.of("blobs"), configuration.blobs()));
        configuration
                .slots()
                .forEach((kind, named) -> named.forEach((name, wish) ->
                        slots.add(kind.equals(MODULES) ? module(name, wish) : setting(KINDS.get(kind), name, wish))));
        PluginSettings.Times usual = PluginSettings.Times.USUAL;
        Plugins plugins = new Plugins(
                new PluginSettings(
                        configuration.home().resolve("plugins"),
                        configuration.data(),
                        SPI_VERSION,
                        slots,
                        config.texts("trusted-keys"),
                        config.flag("require-signature"),
                        clock,
                        new PluginSettings.Times(
                                config.duration("open-patience"),
                                config.duration("close-patience"),
                                config.duration("drain-patience"),
                                usual.handover(),
                                usual.forced(),
                                usual.inspect(),
                                config.duration("trial"),
                                config.duration("ease"),
                                config.duration("old-version-idle"),
                                config.duration("watch-interval")),
                        Encryption.of(
                                configuration.data(),
                                configuration.values().at("executions").text("encryption-key-file"))::around),
                new Checks(configuration, configs));
        telemetry.gauge(
                "plugin.leases",
                "Holds on plugins of this node, by version: what keeps one that is to go from going",
                () -> leases(plugins));
        return plugins;
    }

    private static List<Reading> leases(Plugins plugins) {
        List<Reading> readings = new ArrayList<>();
        for (PluginView each : plugins.list()) {
            Map<String, Long> held = new TreeMap<>();
            plugins.generations(each.id()).stream()
                    .filter(generation -> generation.state() != VersionState.SHELVED)
                    .forEach(generation -> held.merge(generation.version(), generation.leases(), Long::sum));
            held.forEach((version, leases) ->
                    readings.add(new Reading(leases, Map.of("plugin", each.id().text(), "version", version))));
        }
        return readings;
    }

    /** Of providers' configurations, with what the kernel adds to them. */
    private record Checks(Configuration configuration, Configs configs) implements ConfigCheck {
        @Override
        public Config check(String slot, String schema, ObjectNode values) {
            return configs.check(slot, schema, fed(configuration, configs, schema, values));
        }

        @Override
        public Optional<String> flaw(String schema) {
            return configs.flaw(schema);
        }

        @Override
        public Optional<String> flawOfContract(String contract) {
            return configs.flawOfContract(contract);
        }
    }

    /** What functions may reach on their own way out is what they may reach through the host, unless the operator says otherwise. */
    static ObjectNode fed(Configuration configuration, Configs configs, String schema, ObjectNode values) {
        if (values.has(INTERNAL) || !configs.has(schema, INTERNAL)) {
            return values;
        }
        ObjectNode fed = values.deepCopy();
        ArrayNode hosts = fed.putArray(INTERNAL);
        configuration.values().at("outbound").texts("allow").forEach(hosts::add);
        return fed;
    }

    /** A module is the executor of a runtime of its own. */
    private static SlotSetting module(Name name, Configuration.SlotWish wish) {
        return new SlotSetting(
                Kind.EXECUTOR,
                Name.of(NativeFunctions.PREFIX + name),
                Name.of(NativeFunctions.PREFIX + wish.type()),
                wish.version(),
                wish.config());
    }

    private static SlotSetting setting(Kind kind, Name name, Configuration.SlotWish wish) {
        return new SlotSetting(kind, name, wish.type(), wish.version(), wish.config());
    }
}
