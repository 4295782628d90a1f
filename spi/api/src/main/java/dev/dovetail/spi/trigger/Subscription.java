package dev.dovetail.spi.trigger;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.KernelProvided;
import dev.dovetail.spi.Name;

/** A tenant's standing wish for events, as {@link dev.dovetail.spi.plugin.TriggerProvider#subscriptionSchema} describes it. */
@KernelProvided
public record Subscription(String id, Name tenant, Config config) {
    /** One of the shares that a subscription's source is read in: number {@code index} of {@code count}, from 0. */
    @KernelProvided
    public record Part(int index, int count) {}
}
