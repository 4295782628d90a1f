package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Name;

/** A source of events, and what a subscription to it configures. */
public record TriggerOffer(Name type, Name slot, String subscriptionSchema, String plugin) {}
