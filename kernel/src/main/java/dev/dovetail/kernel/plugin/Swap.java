package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Problem;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One attempt to put a version of a plugin where another is, or nothing: load, check, open, inspect, publish. Either the
 * new one serves at its end, or everything is as it was. What was replaced is shut and not yet drained, unless it had to be.
 */
final class Swap {
    /** So many calls into a service a second and more are load. A function's call is three of them. */
    private static final int BUSY = 300;

    private static final System.Logger LOG = System.getLogger("dev.dovetail.kernel.plugin");

    private final Premises premises;
    private final Optional<Tenure> old;
    private final Tenure next;
    private final boolean force;
    private final Function<Contribution<?>, List<SlotSetting>> places;
    private final long began = System.nanoTime();
    private final long callsBefore;
    private boolean emptied;
    private Set<Slots.Type> types = Set.of();

    /** @param places where each contribution goes */
    Swap(
            Premises premises,
            Optional<Tenure> old,
            Tenure next,
            boolean force,
            Function<Contribution<?>, List<SlotSetting>> places) {
        this.premises = premises;
        this.old = old;
        this.next = next;
        this.force = force;
        this.places = places;
        this.callsBefore = old.map(Tenure::calls).orElse(0L);
    }

    /** @throws Refusal in words; see {@link #emptied} */
    void run() throws InterruptedException {
        undoing(() -> {
            List<Occupant.Plan<?>> plans = loaded();
            checkNothingIsLost(plans);
            if (old.isPresent() && (old.get().handsOver() || next.handsOver())) {
                handOver(old.get(), plans);
            } else {
                next.open(plans);
                inspect();
            }
            next.publish();
            old.ifPresent(before -> before.withdraw(next.manifest() + " no longer provides it", false));
            old.filter(each -> !each.occupants().isEmpty()).ifPresent(before -> before.shut(easing(before)));
        });
    }

    /** Who is called often while the new one is made ready goes over little by little. */
    private Easing easing(Tenure before) {
        long now = System.nanoTime();
        double perSecond = (before.calls() - callsBefore) * 1e9 / Math.max(1, now - began);
        return force || perSecond < BUSY
                ? Easing.AT_ONCE
                : Easing.from(now, premises.times().ease());
    }

    /**
     * Loads and opens only, for slots that the caller publishes in.
     *
     * @throws Refusal in words
     */
    void open() throws InterruptedException {
        undoing(() -> {
            next.open(loaded());
            inspect();
        });
    }

    /**
     * The same, where another version is to go on serving.
     *
     * @throws Refusal in words, one of them that two of what hands over cannot be open at once
     */
    void openBeside(Tenure other) throws InterruptedException {
        undoing(() -> {
            List<Occupant.Plan<?>> plans = loaded();
            if (next.handsOver() || other.handsOver()) {
                throw new Refusal(next.manifest() + " cannot serve beside " + other.manifest()
                        + ": one must close before the other opens");
            }
            next.open(plans);
            inspect();
        });
    }

    private List<Occupant.Plan<?>> loaded() throws IOException, InterruptedException {
        next.load();
        types = next.types();
        premises.slots().claim(next.manifest().id(), next.types());
        return plans();
    }

    /** What may go wrong on the way. */
    private interface Attempt {
        void make() throws IOException, InterruptedException;
    }

    private void undoing(Attempt attempt) throws InterruptedException {
        try {
            attempt.make();
        } catch (Refusal e) {
            undo(e.getMessage());
            throw e;
        } catch (PluginFailure e) {
            undo(e.getMessage());
            throw e.passing() ? Refusal.passing(e.getMessage()) : new Refusal(e.getMessage());
        } catch (IOException | RuntimeException e) { // of the disk, or the kernel's own fault
            String why = "loading " + next.manifest() + " broke off: " + e;
            undo(why);
            throw Refusal.passing(why);
        }
    }

    private void undo(String why) throws InterruptedException {
        next.closeServices();
        // where nothing serves, this is why
        next.contributions().stream()
                .flatMap(each -> places.apply(each).stream())
                .map(place -> premises.slots().slot(place))
                .filter(slot -> slot.arms() instanceof Arms.None<?>)
                .forEach(slot -> slot.publish(new Arms.None<>(next.manifest() + ": " + why, true)));
        next.unload(VersionState.REFUSED);
    }

    /** What the new one provides, as far as it could be asked. */
    Set<Slots.Type> types() {
        return types;
    }

    /** Whether the slots were left empty, because the old one would not open again either. */
    boolean emptied() {
        return emptied;
    }

    private List<Occupant.Plan<?>> plans() throws InterruptedException {
        List<Occupant.Plan<?>> plans = new ArrayList<>();
        for (Contribution<?> each : next.contributions()) {
            for (SlotSetting place : places.apply(each)) {
                if (configured(each, place)) {
                    plans.add(plan(each, place));
                }
            }
        }
        return plans;
    }

    /** A provider that cannot do without a configuration waits for one, where nobody has asked for it. */
    private boolean configured(Contribution<?> contribution, SlotSetting place) {
        if (!premises.slots().implied(place)) {
            return true;
        }
        try {
            premises.check().check("", contribution.schema(), place.config());
            return true;
        } catch (RuntimeException e) {
            premises.check().flaw(contribution.schema()).ifPresent(flaw -> {
                throw new Refusal("The schema of " + next.manifest() + " for its provider \"" + contribution.type()
                        + "\" is no JSON Schema: " + flaw);
            });
            LOG.log(
                    Level.INFO,
                    "{0} is not opened: its provider \"{1}\" needs a configuration, and no slot has one",
                    next.manifest(),
                    contribution.type());
            return false;
        }
    }

    private <T extends AutoCloseable> Occupant.Plan<T> plan(Contribution<T> contribution, SlotSetting place)
            throws InterruptedException {
        Slot<T> slot = premises.slots().slot(place);
        try {
            Config config = premises.check().check(slot.told(), contribution.schema(), place.config());
            return new Occupant.Plan<>(slot, contribution, config, contribution.runtimes(next.loader(), config));
        } catch (RuntimeException e) {
            throw new Refusal("The configuration of " + slot.told() + " is not one for " + next.manifest() + ": "
                    + e.getMessage());
        }
    }

    private void checkNothingIsLost(List<Occupant.Plan<?>> plans) {
        Set<Slot<?>> kept = new HashSet<>();
        plans.forEach(each -> kept.add(each.slot()));
        List<String> lost = old.stream()
                .flatMap(each -> each.occupants().stream())
                .map(Occupant::slot)
                .filter(slot -> !kept.contains(slot))
                .map(Slot::told)
                .toList();
        if (!lost.isEmpty() && !force) {
            throw new Refusal(next.manifest() + " no longer provides what is in " + String.join(" and ", lost)
                    + "; force leaves it empty");
        }
    }

    private void handOver(Tenure before, List<Occupant.Plan<?>> plans) throws InterruptedException {
        before.shut(Easing.AT_ONCE);
        Duration patience = force ? premises.times().forced() : premises.times().handover();
        if (!before.drain(patience) && !force) {
            long held = before.leases();
            before.publish(); // which opens its gates again
            throw Refusal.passing(before.manifest() + " must close before " + next.manifest() + " opens, and after "
                    + patience.toSeconds() + " s " + held + " leases on it are still held; force cuts them off");
        }
        before.withdraw(before.manifest() + " hands over to " + next.manifest(), true);
        before.closeServices();
        try {
            next.open(plans);
            inspect();
        } catch (PluginFailure | Refusal e) {
            next.closeServices();
            reopen(before, e.getMessage());
            throw e; // what serves is what served
        }
    }

    private void reopen(Tenure before, String why) throws InterruptedException {
        try {
            before.reopen();
        } catch (PluginFailure again) {
            emptied = true;
            String words = why + "; and " + before.manifest() + " does not open again either: " + again.getMessage();
            before.contributions().stream()
                    .flatMap(each -> places.apply(each).stream())
                    .map(place -> premises.slots().slot(place))
                    .forEach(slot -> slot.publish(new Arms.None<>(words, true)));
            throw new Refusal(words);
        }
    }

    /** Asks new executors whether they can start what is in use, as far as the time goes. */
    private void inspect() throws InterruptedException {
        long until = System.nanoTime() + premises.times().inspect().toNanos();
        for (Occupant<?> each : next.occupants()) {
            if (each.slot().kind() == Kind.EXECUTOR && !force) {
                List<Launch> inUse = premises.watchers().stream()
                        .flatMap(watcher -> watcher.inUse(each.slot().name()).stream())
                        .toList();
                for (Launch launch : inUse) {
                    Duration left = Duration.ofNanos(until - System.nanoTime());
                    if (left.isPositive()) {
                        inspect(each.service(), launch, left);
                    }
                }
            }
        }
    }

    private void inspect(Service<?> service, Launch launch, Duration left) throws InterruptedException {
        List<Problem> problems = Patience.within(
                left,
                "The inspection of " + launch.version(),
                () -> service.<List<Problem>>call(object -> List.copyOf(((Executor) object).inspect(launch))),
                late -> {});
        problems.stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .findFirst()
                .ifPresent(problem -> {
                    throw Refusal.passing(service.told() + " cannot start " + launch.version() + ", which is in use: "
                            + problem.place().map(place -> place + ": ").orElse("") + problem.message());
                });
    }
}
