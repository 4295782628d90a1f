package dev.dovetail.spi.plugin;

import dev.dovetail.spi.store.BlobStore;

/** Opens {@linkplain BlobStore}s. */
public non-sealed interface BlobStoreProvider extends Provider<BlobStore> {}
