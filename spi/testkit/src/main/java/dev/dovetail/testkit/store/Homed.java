package dev.dovetail.testkit.store;

import dev.dovetail.spi.Context;
import dev.dovetail.testkit.ContextAround;
import java.nio.file.Path;

/** A context with another home, for opening a copy. */
record Homed(Context context, Path home) implements ContextAround {}
