package dev.dovetail.spi.plugin;

import dev.dovetail.spi.trigger.Trigger;

/** Opens {@linkplain Trigger}s. */
public non-sealed interface TriggerProvider extends Provider<Trigger> {
    /** The JSON Schema (2020-12) of what one subscription configures: a topic, a table, a cron expression. */
    String subscriptionSchema();
}
