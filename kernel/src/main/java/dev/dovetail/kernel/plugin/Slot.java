package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Name;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The place of one service in the kernel. Its occupant changes; the slot stays, and may be kept for ever. Thread-safe.
 *
 * <p>Whoever comes while nothing serves - a handover is under way, or the last version could not be opened - waits, and is
 * told {@code UNAVAILABLE} when its time is up.
 */
public final class Slot<T extends AutoCloseable> {
    private static final Duration USUAL = Duration.ofSeconds(30);
    private static final Route ANYONE = new Route(Name.of("system"), Name.of("system"), "", OptionalInt.empty());

    private final Kind kind;
    private final Name name;
    private volatile Arms<T> arms;

    Slot(Kind kind, Name name, Arms.None<T> empty) {
        this.kind = kind;
        this.name = name;
        this.arms = empty;
    }

    /** That nothing serves here is no trouble any more. */
    void unwant() {
        if (arms instanceof Arms.None<T>(String why, boolean _)) {
            publish(new Arms.None<>(why, false));
        }
    }

    public Kind kind() {
        return kind;
    }

    public Name name() {
        return name;
    }

    /** Uses the service in this slot, whichever version it is now. */
    public <R> R use(Use<? super T, R> use) throws InterruptedException {
        try (Lease<T> lease = lease()) {
            return lease.use(use);
        }
    }

    /** Takes a hold on the service; waits half a minute for one at the most. */
    public Lease<T> lease() throws InterruptedException {
        return lease(ANYONE, USUAL);
    }

    /** The same, for somebody. */
    public Lease<T> lease(Route route) throws InterruptedException {
        return lease(route, USUAL);
    }

    /**
     * Takes a hold on the service, for as long as the caller likes; {@link SlotWatcher#retiring} says when to let go of
     * what is held for long.
     *
     * @param within how long to wait for a service
     * @throws PluginFailure of kind UNAVAILABLE if nothing serves by then, or nothing that reads the route's dialect
     */
    public Lease<T> lease(Route route, Duration within) throws InterruptedException {
        return new Lease<>(enter(route, within));
    }

    private Service<T> enter(Route route, Duration within) throws InterruptedException {
        Arms<T> now = arms;
        if (now instanceof Arms.One<T>(Service<T> service) && service.reads(route) && service.enter()) {
            return service;
        }
        return enterSlowly(route, System.nanoTime() + within.toNanos());
    }

    private Service<T> enterSlowly(Route route, long until) throws InterruptedException {
        while (true) {
            Arms<T> now = arms;
            Optional<Service<T>> chosen = now.choose(route);
            if (chosen.isPresent()) {
                Service<T> service = chosen.get();
                if (!service.reads(route)) {
                    throw PluginFailure.unavailable(service.told() + " does not read dialect "
                            + route.dialect().getAsInt() + ", in which the execution began");
                }
                if (service.enter()) {
                    return service;
                }
            }
            // publishing comes before shutting, so whoever found the gate shut finds the successor, or waits for it
            awaitOtherThan(now, until);
        }
    }

    private synchronized void awaitOtherThan(Arms<T> seen, long until) throws InterruptedException {
        while (arms == seen) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw PluginFailure.unavailable("Nothing serves " + told() + " in time: " + state());
            }
            wait(left);
        }
    }

    /** One volatile write: from now on whoever comes finds these. */
    synchronized void publish(Arms<T> next) {
        arms = next;
        notifyAll();
    }

    Arms<T> arms() {
        return arms;
    }

    /** Such as {@code the executor slot "python"}. */
    String told() {
        return "the " + kind.word() + " slot \"" + name + "\"";
    }

    /** What is in it, in words. */
    String state() {
        return switch (arms) {
            case Arms.None<T> none -> none.why();
            case Arms.One<T>(Service<T> service) ->
                service.told() + (service.gate().isShut() ? ", which hands over to its successor" : "");
            case Arms.Two<T>(Service<T> stable, Service<T> candidate, var chooser) ->
                stable.told() + " beside " + candidate.told();
        };
    }

    @Override
    public String toString() {
        return told() + ": " + state();
    }
}
