package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Orders of a simulation. */
final class SimOrders {
    private static final Principal WHO =
            new Principal("system", "sim", SimWorld.TENANT, List.of(), List.of("*"), List.of(), Optional.empty());

    static final Carrier.Rules RULES = new Carrier.Rules(
            _ -> false, new SuspensionLimit(Duration.ofDays(3650), _ -> {}), new Quarantine(), _ -> {});

    private SimOrders() {}

    static Order order(String id, Bytes input, Optional<Order.Parent> parent, Instant now) {
        return new Order(
                id,
                SimWorld.TENANT,
                Name.of("program"),
                1,
                "workflow",
                input,
                WHO,
                "",
                "",
                parent.isPresent() ? 1 : 0,
                now,
                Duration.ofMinutes(1),
                now.plus(Duration.ofDays(30)),
                parent,
                Optional.empty(),
                Optional.empty());
    }
}
