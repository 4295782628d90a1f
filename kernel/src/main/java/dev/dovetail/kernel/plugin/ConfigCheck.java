package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Config;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Checks a provider's configuration. */
@FunctionalInterface
public interface ConfigCheck {
    /**
     * The configuration, complete.
     *
     * @param slot names it in messages
     * @param schema of the provider
     * @throws RuntimeException whose message says everything that is wrong
     */
    Config check(String slot, String schema, ObjectNode values);

    /** Why this is no schema at all, if it is none; asked when something does not fit it. */
    default Optional<String> flaw(String schema) {
        return Optional.empty();
    }
}
