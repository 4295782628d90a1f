package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.journal.Story;
import dev.dovetail.kernel.durable.journal.Used;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.identity.Rights;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.run.Ran;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.run.Work;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.kernel.telemetry.Trace;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** The bench of a node: versions from the catalog, in instances from the pools. */
record PoolBench(Catalog catalog, Runs runs, Telemetry telemetry, Rehearser rehearser, Rights rights) implements Bench {
    @Override
    public Optional<JsonNode> traits(Order order) throws InterruptedException {
        return version(order).map(Deployed::traitsJson);
    }

    private Optional<Deployed> version(Order order) throws InterruptedException {
        return catalog.pinned(order.tenant(), order.function(), order.version());
    }

    @Override
    public Stretch run(
            Order order, Bytes input, int attempt, Entry entry, Optional<Runs.Hosting> hosting, OptionalInt dialect)
            throws InterruptedException {
        Optional<Deployed> version = version(order);
        if (version.isEmpty()) {
            return new Stretch(Optional.empty(), Optional.of(gone(order)), "", List.of());
        }
        Optional<Principal> principal = rights.now(order.principal());
        // what undoes was allowed when it was registered, and is called all the same
        if (principal.isEmpty() && !order.isWorkflow() && !order.isForAnEnd()) {
            return new Stretch(Optional.empty(), Optional.of(revoked(order)), "", List.of());
        }
        // a workflow's steps are refused one by one, so that its code can tell what it makes of that
        Order under = order.as(principal.orElseGet(order.principal()::powerless));
        try (Trace trace = telemetry.trace(order.traceparent()).begin(Trace.Stage.INVOKE)) {
            Work work = work(under, version.get(), trace, input, attempt, entry);
            Ran ran = work.logContext()
                    .bound()
                    .call(() -> hosting.isPresent() ? runs.run(work, hosting.get(), dialect) : runs.run(work));
            Execution.Usage usage = ran.execution().usage();
            return new Stretch(
                    ran.body(),
                    ran.execution().error(),
                    ran.execution().plugin(),
                    ran.execution().logs(),
                    Used.of(
                            ran.execution().duration(),
                            usage.cpu(),
                            usage.peakBytes(),
                            usage.steps(),
                            version.get().version().memoryMb()));
        }
    }

    private static Fault revoked(Order order) {
        Principal who = order.principal();
        return Fault.of(
                Fault.PERMISSION_DENIED,
                Fault.Owner.CALLER,
                "The rights of " + who.type() + " \"" + who.id() + "\", for whom this runs, were revoked");
    }

    @Override
    public OptionalInt dialect(Order order) throws InterruptedException {
        return catalog.dialect(order.tenant(), order.function(), order.version());
    }

    @Override
    public Optional<String> lacking(Order order, int dialect) throws InterruptedException {
        Optional<Deployed> version = version(order);
        try {
            return version.isPresent() ? catalog.lacking(version.get(), dialect) : Optional.empty();
        } catch (Refusal e) {
            return Optional.of("needs a plugin: " + e.detail());
        }
    }

    @Override
    public Rehearsed rehearse(Order order, int attempt, Story story, int number) throws InterruptedException {
        Optional<Deployed> version = catalog.pinned(order.tenant(), order.function(), number);
        return version.isPresent()
                ? rehearser.rehearse(order, attempt, story, version.get())
                : new Rehearsed.Unknown("version " + number + " is not there any more");
    }

    @Override
    public Optional<Duration> timeout(Order order, int number) throws InterruptedException {
        return catalog.pinned(order.tenant(), order.function(), number)
                .map(version -> Duration.ofSeconds(version.version().timeoutSeconds()));
    }

    static Fault gone(Order order) {
        return Fault.of(
                Fault.NOT_FOUND,
                Fault.Owner.CALLER,
                "Version " + order.version() + " of \"" + order.function() + "\" is not there any more");
    }

    private static Work work(Order order, Deployed version, Trace trace, Bytes input, int attempt, Entry entry) {
        return new Work(
                order.id(),
                version,
                order.principal(),
                input,
                "async",
                order.correlationId(),
                trace,
                "",
                order.depth(),
                order.timeout(),
                order.createdAt(),
                attempt,
                entry);
    }

    @Override
    public void interrupt(String id) {
        runs.cancel(id);
    }
}
