package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.catalog.Stored;
import dev.dovetail.kernel.identity.Tenants;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.sweep.Sweep;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.StateStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;

/** What is let go of because it is old, or because nothing needs it any more. */
record Leftovers(
        Slot<StateStore> state,
        OpenFiles files,
        Shelf shelf,
        DeadLetters deadLetters,
        Sweep sweep,
        InstantSource clock) {
    /** So much longer are versions kept than what is known of executions on them. */
    private static final Duration LONGER = Duration.ofDays(2);

    void keepOnly(Duration ended, Duration letters) throws InterruptedException {
        shelf.keepSince(clock.instant().minus(ended));
        deadLetters.keepSince(clock.instant().minus(letters));
        Duration longest = ended.compareTo(letters) < 0 ? letters : ended;
        sweep.run(longest.plus(LONGER), this::pins);
    }

    private Set<Stored.Pin> pins() throws InterruptedException {
        Set<Stored.Pin> all = new HashSet<>();
        for (Name tenant : Tenants.in(state)) {
            files.orders(tenant, order -> all.add(new Stored.Pin(order.tenant(), order.function(), order.version())));
        }
        return all;
    }
}
