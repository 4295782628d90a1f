package dev.dovetail.kernel.fleet;

import java.util.Optional;

/**
 * Where a node is with a plugin.
 *
 * @param version that serves there; empty if none does
 * @param current whether it has done what was decided last
 * @param reason why it could not, if it could not
 */
public record Standing(String node, Optional<String> version, boolean current, Optional<String> reason) {}
