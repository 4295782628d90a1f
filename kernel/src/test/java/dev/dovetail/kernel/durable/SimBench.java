package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.Guest;
import dev.dovetail.kernel.host.LiveHost;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.secret.Disclosed;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs an execution's code once, as an instance of a simulated world would. */
final class SimBench {
    private SimBench() {}

    static Bench.Stretch run(
            SimWorld world,
            SimNode node,
            Order order,
            Bytes input,
            int attempt,
            Entry entry,
            Optional<Runs.Hosting> hosting)
            throws InterruptedException {
        Invocation invocation = new Invocation(
                order.id(),
                attempt,
                entry,
                input,
                Map.of(),
                new Invocation.Caller(
                        "system", "sim", order.tenant(), List.of(), List.of(), List.of(), Optional.empty()),
                Map.of(),
                world.clock().instant().plus(order.timeout()));
        if (entry instanceof Entry.Compensation undo) {
            return world.undoes(node, order, undo);
        }
        LiveHost host = hosting.get()
                .host(new Running(
                        order.id(),
                        null,
                        order.principal(),
                        "",
                        "",
                        invocation.deadline(),
                        0,
                        SimWorld.isConfined(order.id()),
                        new Disclosed()));
        Outcome outcome;
        try {
            outcome = Guest.run(world.program(node, order), host, invocation);
        } finally {
            host.end();
        }
        Optional<Answer> dismissed = host.dismissed();
        if (dismissed.isPresent()) {
            Fault why = dismissed.get() instanceof Answer.Stop stop ? stop.why() : Guest.fault("suspended");
            return new Bench.Stretch(Optional.empty(), Optional.of(why), "sim", List.of());
        }
        return switch (outcome) {
            case Outcome.Returned returned ->
                new Bench.Stretch(Optional.of(returned.body()), Optional.empty(), "sim", List.of());
            case Outcome.Failed failed ->
                new Bench.Stretch(Optional.empty(), Optional.of(failed.fault()), "sim", List.of());
            default -> throw new IllegalStateException("left without being told: " + outcome);
        };
    }
}
