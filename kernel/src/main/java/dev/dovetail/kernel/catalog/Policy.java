package dev.dovetail.kernel.catalog;

import dev.dovetail.spi.executor.Launch.Isolation;

/**
 * What the operator demands of every version.
 *
 * @param atLeast how far code that leaves an interpreter must be kept apart from the machine
 * @param network whether versions may ask for connections of their own
 * @param days how long an execution may take at the most
 */
public record Policy(Isolation atLeast, boolean network, int days) {}
