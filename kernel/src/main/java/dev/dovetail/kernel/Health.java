package dev.dovetail.kernel;

import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.Route;
import dev.dovetail.spi.Name;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Says what keeps the system from serving: a store's slot that is empty. */
final class Health {
    private static final Route NOBODY = new Route(Name.of("system"), Name.of("health"), "", OptionalInt.empty());

    private final Plugins plugins;
    private volatile boolean stopping;

    Health(Plugins plugins) {
        this.plugins = plugins;
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
        plugins.emptySlots().forEach((slot, why) -> troubles.put(slot, why));
        return troubles;
    }
}
