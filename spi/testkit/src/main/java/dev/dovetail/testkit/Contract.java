package dev.dovetail.testkit;

import dev.dovetail.spi.plugin.Provider;
import java.util.Map;

/**
 * What every contract asks of the test class that implements it.
 *
 * @param <P> the kind of provider whose service is tested
 */
public interface Contract<P extends Provider<?>> {
    /** A new provider. */
    P provider();

    /** What an operator would write into the configuration; the schema's defaults are filled in. */
    default Map<String, Object> config() {
        return Map.of();
    }
}
