package dev.dovetail.spi.plugin;

import dev.dovetail.spi.store.StateStore;

/** Opens {@linkplain StateStore}s. */
public non-sealed interface StateStoreProvider extends Provider<StateStore> {}
