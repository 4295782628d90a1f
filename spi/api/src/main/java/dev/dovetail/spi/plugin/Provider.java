package dev.dovetail.spi.plugin;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;

/**
 * What a plugin contributes: a named way to open one kind of service.
 *
 * <p>The permitted types are the complete list of what can be plugged in. A plugin implements one or more of them and
 * names each class in {@code META-INF/services/dev.dovetail.spi.plugin.Provider}. A provider has a public constructor
 * without parameters, keeps no state, and answers everything but {@link #open} at once: the kernel asks before it
 * decides whether to open anything.
 *
 * @param <T> the service this provider opens
 */
public sealed interface Provider<T extends AutoCloseable>
        permits ExecutorProvider,
                TriggerProvider,
                StateStoreProvider,
                BlobStoreProvider,
                SecretStoreProvider,
                DatabaseProvider,
                DeploymentStrategyProvider,
                NativeModuleProvider {

    /** The name that configuration uses to choose this provider, such as {@code python} or {@code cron}. */
    Name type();

    /**
     * The JSON Schema (2020-12) of this provider's configuration. The kernel validates against it, and fills in its
     * defaults, before {@link #open}.
     */
    default String schema() {
        return "{\"type\": \"object\", \"additionalProperties\": false}";
    }

    /** How a service of a newer version of this plugin takes over from the one in use. */
    default Succession succession() {
        return Succession.OVERLAP;
    }

    /**
     * Opens the service. May block. Called on its own virtual thread; if it throws, nothing was opened.
     *
     * @throws InterruptedException if the kernel gave up waiting; whatever was opened must be gone
     */
    T open(Config config, Context context) throws InterruptedException;
}
