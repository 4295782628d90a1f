package dev.dovetail.spi.secret;

import dev.dovetail.spi.Name;
import java.util.Optional;

/**
 * Looks up secrets. Thread-safe. Empty means there is no such secret; a store out of reach is a
 * {@link dev.dovetail.spi.PluginException} of kind UNAVAILABLE.
 */
public interface SecretStore extends AutoCloseable {
    /** @param version as {@link Secret#version} told, or empty for the newest */
    Optional<Secret> find(Name tenant, Name name, Optional<String> version);

    @Override
    void close();
}
