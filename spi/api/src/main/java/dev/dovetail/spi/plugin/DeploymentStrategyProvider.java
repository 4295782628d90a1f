package dev.dovetail.spi.plugin;

import dev.dovetail.spi.rollout.DeploymentStrategy;

/** Opens {@linkplain DeploymentStrategy}s, which decide how traffic moves to a new version. */
public non-sealed interface DeploymentStrategyProvider extends Provider<DeploymentStrategy> {}
