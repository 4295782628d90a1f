package dev.dovetail.spi.plugin;

import dev.dovetail.spi.secret.SecretStore;

/** Opens {@linkplain SecretStore}s. */
public non-sealed interface SecretStoreProvider extends Provider<SecretStore> {}
