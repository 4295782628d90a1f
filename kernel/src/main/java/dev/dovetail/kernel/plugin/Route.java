package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Name;
import java.util.OptionalInt;

/**
 * For whom a service is asked, which decides between the arms of a slot.
 *
 * @param stickyKey the same key goes the same way as long as the arms stay; empty text if any way will do
 * @param dialect the replay semantics that an execution is pinned to; empty if it has not begun
 */
public record Route(Name tenant, Name function, String stickyKey, OptionalInt dialect) {}
