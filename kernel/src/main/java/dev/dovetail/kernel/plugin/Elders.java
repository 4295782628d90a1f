package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Versions of executor plugins that are loaded for those who need just that one, beside whatever serves. They are in no slot, so
 * nobody else comes to them, and they are closed when nobody has used them for a while. Thread-safe.
 */
final class Elders {
    private static final System.Logger LOG = System.getLogger("dev.dovetail.kernel.plugin");
    /** What would not load is not tried again sooner. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final Premises premises;
    private final Lines lines;
    private final Drains drains = new Drains();
    private final ReentrantLock turn = new ReentrantLock();
    /** Loading goes on though whoever asked for it stops waiting. */
    private final Turns loading = new Turns("an old version");

    private final Map<Digest, Elder> open = new ConcurrentHashMap<>();
    /** What each jar's executors read, by their type: asked once, since a jar does not change. */
    private final Map<Digest, Map<Name, Set<Integer>>> reads = new ConcurrentHashMap<>();

    private final Map<Digest, Long> failed = new ConcurrentHashMap<>();
    private boolean closed;

    Elders(Premises premises, Lines lines) {
        this.premises = premises;
        this.lines = lines;
    }

    private static final class Elder {
        private final Tenure tenure;
        private volatile long used = System.nanoTime();

        Elder(Tenure tenure) {
            this.tenure = tenure;
        }
    }

    /**
     * A hold on this version's executor for a slot.
     *
     * @throws PluginFailure of kind UNAVAILABLE if it cannot be loaded, or has none for this slot
     */
    Lease<Executor> lease(Shelf.Jar jar, Name slot) throws InterruptedException {
        turn.lockInterruptibly();
        try {
            Elder elder = opened(jar);
            elder.used = System.nanoTime();
            return lease(elder.tenure, slot)
                    .orElseThrow(() -> PluginFailure.unavailable(
                            jar.manifest() + " has nothing for the executor slot \"" + slot + "\""));
        } finally {
            turn.unlock();
        }
    }

    /** A hold on what a tenure has open for this slot. */
    @SuppressWarnings("unchecked") // only executors are in a slot of executors
    static Optional<Lease<Executor>> lease(Tenure tenure, Name slot) {
        return tenure.occupants().stream()
                .filter(each -> isFor(each.slot(), slot))
                .map(each -> (Service<Executor>) each.service())
                .filter(Service::enter)
                .findFirst()
                .map(Lease::new);
    }

    static boolean isFor(Slot<?> slot, Name name) {
        return slot.kind() == Kind.EXECUTOR && slot.name().equals(name);
    }

    /** What this version's executor for a slot reads; nothing if it has none, or cannot be asked. */
    Set<Integer> reads(Shelf.Jar jar, Name slot) throws InterruptedException {
        Map<Name, Set<Integer>> known = reads.get(jar.digest());
        if (known == null) {
            turn.lockInterruptibly();
            try {
                opened(jar);
            } catch (PluginFailure e) {
                return Set.of();
            } finally {
                turn.unlock();
            }
            known = reads.getOrDefault(jar.digest(), Map.of());
        }
        return known.getOrDefault(slot, Set.of());
    }

    private Elder opened(Shelf.Jar jar) throws InterruptedException {
        if (closed) {
            throw PluginFailure.unavailable("The kernel is stopping");
        }
        Elder present = open.get(jar.digest());
        if (present != null) {
            return present;
        }
        Long before = failed.get(jar.digest());
        if (before != null && System.nanoTime() - before < PAUSE.toNanos()) {
            throw PluginFailure.unavailable(jar.manifest() + " could not be loaded a moment ago");
        }
        Optional<String> problem = loading.take(() -> open.containsKey(jar.digest()) ? Optional.empty() : load(jar));
        if (problem.isPresent()) {
            throw PluginFailure.unavailable(jar.manifest() + " cannot be loaded: " + problem.get());
        }
        return open.get(jar.digest());
    }

    /** Why it cannot be, if so. */
    private Optional<String> load(Shelf.Jar jar) throws InterruptedException {
        Name id = jar.manifest().id();
        Line line = lines.of(id);
        Tenure tenure = new Tenure(premises, jar);
        line.history().add(tenure);
        // what is in use now is the business of what serves: nothing but what is asked for runs here, so nothing is
        // inspected
        Swap swap = new Swap(premises, Optional.empty(), tenure, true, this::places);
        try {
            Optional<Tenure> active = line.active();
            if (active.isPresent()) {
                swap.openBeside(active.get());
            } else {
                swap.open();
            }
        } catch (Refusal e) {
            failed.put(jar.digest(), System.nanoTime());
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} is needed and cannot be loaded: {1}",
                    jar.manifest(),
                    e.getMessage());
            return Optional.of(e.getMessage());
        }
        tenure.beside();
        Map<Name, Set<Integer>> its = new HashMap<>();
        tenure.plans()
                .forEach(plan -> its.put(plan.slot().name(), plan.contribution().dialects()));
        reads.put(jar.digest(), Map.copyOf(its));
        open.put(jar.digest(), new Elder(tenure));
        return Optional.empty();
    }

    private List<SlotSetting> places(Contribution<?> contribution) {
        return contribution.kind() == Kind.EXECUTOR ? premises.slots().forActive(contribution) : List.of();
    }

    /** Closes those that were idle for long; called now and then, and does nothing while another is being loaded. */
    void tick() {
        if (!turn.tryLock()) {
            return;
        }
        try {
            long now = System.nanoTime();
            for (Elder each : List.copyOf(open.values())) {
                if (each.tenure.leases() > 0) {
                    each.used = now;
                } else if (now - each.used > premises.times().idle().toNanos()) {
                    drains.reserve();
                    open.remove(each.tenure.jar().digest());
                    each.tenure.shut(Easing.AT_ONCE);
                    drains.retire(each.tenure, premises.times().drain());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the kernel stops, and closes them itself
        } finally {
            turn.unlock();
        }
    }

    /** Closes all of a plugin that is taken out of use. */
    void end(Name id) throws InterruptedException {
        turn.lockInterruptibly();
        try {
            for (Elder each : List.copyOf(open.values())) {
                if (each.tenure.manifest().id().equals(id)) {
                    open.remove(each.tenure.jar().digest());
                    each.tenure.shut(Easing.AT_ONCE);
                    Drains.finish(each.tenure, premises.times().handover());
                }
            }
        } finally {
            turn.unlock();
        }
    }

    void close() throws InterruptedException {
        turn.lockInterruptibly();
        try {
            closed = true;
            loading.take(() -> true); // what is being loaded is closed with the others
            for (Elder each : open.values()) {
                each.tenure.shut(Easing.AT_ONCE);
                Drains.finish(each.tenure, premises.times().forced());
            }
            open.clear();
        } finally {
            turn.unlock();
        }
        drains.close();
    }
}
