package dev.dovetail.kernel.config;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Name;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the operator configured, checked and complete.
 *
 * @param home where the product is installed: {@code plugins} in it are the shipped ones
 * @param data where it keeps everything
 * @param dev whether isolation is loosened for a developer's own machine
 * @param values the whole of {@code dovetail.json}, defaults filled in
 * @param slots the configured slots by kind ({@code executors}, {@code secrets}, ...) and name
 */
public record Configuration(
        Path home,
        Path data,
        boolean dev,
        Config values,
        SlotWish state,
        SlotWish blobs,
        Map<String, Map<Name, SlotWish>> slots) {
    public Configuration {
        slots = Map.copyOf(slots);
    }

    /**
     * What should be in a slot.
     *
     * @param version a plugin version, if it must be that one
     * @param config for the provider, not yet checked against its schema
     */
    public record SlotWish(Name type, Optional<String> version, ObjectNode config) {}
}
