package dev.dovetail.kernel;

import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.Route;
import dev.dovetail.spi.Name;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Says what keeps the system from serving: a store's slot that is empty, a store that cannot be reached. */
final class Health {
    private static final Route NOBODY = new Route(Name.of("system"), Name.of("health"), "", OptionalInt.empty());

    private final Plugins plugins;
    private final Supplier<Cluster> cluster;
    private volatile boolean stopping;

    Health(Plugins plugins, Supplier<Cluster> cluster) {
        this.plugins = plugins;
        this.cluster = cluster;
    }

    void stopping() {
        stopping = true;
    }

    /** By part, in words. */
    Map<String, String> troubles() {
        Map<String, String> troubles = new TreeMap<>();
        if (stopping) {
            troubles.put("kernel", "it is stopping");
        }
        cluster.get().trouble().ifPresent(why -> troubles.put("cluster", why));
        plugins.emptySlots().forEach((slot, why) -> troubles.put(slot, why));
        return troubles;
    }
}
