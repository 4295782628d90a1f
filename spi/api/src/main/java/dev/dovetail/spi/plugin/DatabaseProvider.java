package dev.dovetail.spi.plugin;

import dev.dovetail.spi.database.Database;

/** Opens {@linkplain Database}s. */
public non-sealed interface DatabaseProvider extends Provider<Database> {}
