package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Name;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One plugin over its versions: what serves, what drains, what was. Swaps take turns; draining goes on beside them, of two
 * generations at most. A swap runs on a thread of its own, so that a caller who stops waiting leaves it whole.
 */
final class Line {
    private final Premises premises;
    private final Name id;
    private final Turns turns;
    private final Drains drains = new Drains();
    private final History history;
    private final Besides besides;
    private final Decisions decisions;
    private volatile Optional<Tenure> active = Optional.empty();
    private volatile boolean closed;

    Line(Premises premises, Name id) {
        this.premises = premises;
        this.id = id;
        this.history = new History(id, premises.broom());
        this.decisions = new Decisions(premises, id);
        this.besides = new Besides(premises, id, history);
        this.turns = new Turns("swap of " + id);
    }

    Name id() {
        return id;
    }

    Optional<Tenure> active() {
        return active;
    }

    /** All that serves: the active version, and those that a slot is held to. */
    List<Tenure> serving() {
        return Stream.concat(active.stream(), besides.all().stream()).toList();
    }

    /** What a rollback goes to. */
    Optional<String> before() {
        return besides.before(active, decisions.wish());
    }

    /** Puts in use what should be, after the kernel started: the version decided on, or the newest of a new plugin. */
    void start() throws InterruptedException {
        if (decisions.none()) {
            activate(premises.shelf().versions(id).getFirst(), false);
        } else {
            decisions.started();
            turns.take(this::caughtUp);
        }
    }

    /** Loads the version decided on, if it is there and does not serve. */
    private void resume() throws InterruptedException {
        Wish wish = decisions.wish();
        if (wish.active().isEmpty() || active.isPresent()) {
            return;
        }
        String version = wish.active().get();
        Optional<Shelf.Jar> jar = premises.shelf().find(id, version);
        if (jar.isEmpty()) {
            decisions.missing(version);
        }
        if (jar.isEmpty() || decisions.settled(jar.get(), active).isPresent()) {
            decisions.retryLater();
        } else {
            taken(jar.get(), false, false);
        }
    }

    /** Puts this version in use; answers when it serves. */
    Activation activate(Shelf.Jar jar, boolean force) throws InterruptedException {
        return turns.take(() -> taken(jar, force, true));
    }

    /** Puts a jar that came in use if nothing was ever decided about its plugin; tries again what nobody is told of. */
    Future<Boolean> welcome(Shelf.Jar jar, boolean told) {
        return turns.begin(() -> {
            if (decisions.none() && taken(jar, false, true) instanceof Activation.Refused && told) {
                decisions.removed();
            }
            return true;
        });
    }

    /** @param decide whether this is a new decision, to be written down and put on trial */
    private Activation taken(Shelf.Jar jar, boolean force, boolean decide) throws InterruptedException {
        if (closed) {
            return new Activation.Refused("The kernel is stopping");
        }
        Optional<Tenure> old = active;
        if (old.isPresent() && old.get().jar().digest().equals(jar.digest()) && !force) {
            abandonCandidate();
            return new Activation.Serving(jar.version(), old.get().number());
        }
        Optional<String> overfull = force ? Optional.empty() : history.overfull();
        if (overfull.isPresent()) {
            decisions.notTried(jar, overfull.get());
            return new Activation.Refused(overfull.get());
        }
        abandonCandidate();
        drains.reserve();
        boolean draining = false;
        try {
            Tenure next = swapped(old, jar, force, decide);
            decisions.serves(next);
            if (old.isPresent()) {
                PluginSettings.Times times = premises.times();
                drains.retire(old.get(), force ? times.forced() : times.drain());
                draining = true;
            }
            holdVersions(next);
            return new Activation.Serving(jar.version(), next.number());
        } catch (Refusal e) {
            decisions.retryLater();
            return refused(jar, e);
        } finally {
            settleClaims();
            if (!draining) {
                drains.giveBack();
            }
        }
    }

    /** @throws Refusal if what serves is what served, or, in a handover, nothing */
    private Tenure swapped(Optional<Tenure> old, Shelf.Jar jar, boolean force, boolean decide)
            throws InterruptedException {
        Wish before = decisions.wish();
        if (decide) {
            decisions.trying(jar.version());
        }
        Tenure next = new Tenure(premises, jar);
        history.add(next);
        Swap swap = new Swap(premises, old, next, force, premises.slots()::forActive);
        try {
            swap.run();
        } catch (Refusal e) {
            if (decide) {
                decisions.failed(before);
                if (before.active().isEmpty()) {
                    premises.slots().unwant(swap.types()); // nobody relies on it yet
                }
            }
            if (swap.emptied() && old.isPresent()) {
                active = Optional.empty();
                decisions.refused(old.get().jar(), e.getMessage());
                old.get().unload(VersionState.SHELVED);
            }
            throw e;
        }
        active = Optional.of(next);
        return next;
    }

    private Activation refused(Shelf.Jar jar, Refusal why) {
        decisions.refused(jar, why, active);
        return new Activation.Refused(why.getMessage());
    }

    /** Loads the versions that slots are held to, beside the active one; one that was refused is not tried again. */
    private void holdVersions(Tenure now) throws InterruptedException {
        for (Shelf.Jar jar : besides.missing(now, decisions::mayTry)) {
            try {
                besides.hold(jar);
            } catch (Refusal e) {
                refused(jar, e);
            }
        }
        settleClaims();
    }

    private void settleClaims() {
        premises.slots().keepClaimsOf(id, serving());
    }

    /** Puts a version beside the active one, for those whom the chooser sends there. */
    Activation canary(Shelf.Jar jar, Predicate<Route> who) throws InterruptedException {
        return turns.take(() -> {
            if (active.isEmpty()) {
                return new Activation.Refused("No version of " + id + " serves that this one could serve beside");
            }
            try {
                return new Activation.Serving(
                        jar.version(), besides.canary(active.get(), jar, who).number());
            } catch (Refusal e) {
                return refused(jar, e);
            } finally {
                settleClaims();
            }
        });
    }

    /** Takes the candidate back, if there is one: all go to the active version again. */
    void endCanary() throws InterruptedException {
        turns.take(() -> {
            abandonCandidate();
            return true;
        });
    }

    private void abandonCandidate() throws InterruptedException {
        if (besides.candidate().isPresent()) {
            drains.reserve();
            active.ifPresent(Tenure::publish);
            Tenure candidate = besides.takeCandidate().orElseThrow();
            candidate.withdraw("the candidate was taken back", false);
            candidate.shut(Easing.AT_ONCE);
            drains.retire(candidate, premises.times().drain());
        }
    }

    /** @return false, and nothing was done, if the version serves */
    boolean takeOff(Shelf.Jar jar, Consumer<Shelf.Jar> shelf) throws InterruptedException {
        return turns.take(() -> {
            boolean unused =
                    serving().stream().noneMatch(each -> each.jar().digest().equals(jar.digest()));
            if (unused) {
                shelf.accept(jar);
            }
            return unused;
        });
    }

    /** Takes the plugin out of use for good. */
    void remove() throws InterruptedException {
        turns.take(() -> {
            decisions.removed();
            stop("the plugin was removed", premises.times().handover(), false);
            settleClaims();
            return true;
        });
    }

    private void stop(String because, Duration patience, boolean wanted) throws InterruptedException {
        abandonCandidate();
        for (Tenure each : serving()) {
            each.withdraw(because, wanted);
            each.shut(Easing.AT_ONCE);
            Drains.finish(each, patience);
        }
        active = Optional.empty();
        besides.clear();
    }

    /** Ends everything, because the kernel stops; what was on trial was not at fault. */
    void close() throws InterruptedException {
        turns.take(() -> {
            closed = true;
            decisions.stopped();
            stop("the kernel is stopping", premises.times().forced(), true);
            return true;
        });
        drains.close();
    }

    /** What time brings: the end of a trial, another attempt, versions that came and are waited for. */
    void tick() {
        boolean due = active.isPresent()
                ? decisions.trialIsOver()
                        || !besides.missing(active.get(), decisions::mayTry).isEmpty()
                : decisions.retryIsDue();
        if (due && !closed && !turns.busy()) {
            turns.begin(this::caughtUp); // not waited for: others have their turns too
        }
    }

    private boolean caughtUp() throws InterruptedException {
        if (closed) {
            return false;
        }
        if (active.isEmpty()) {
            resume();
        } else {
            if (decisions.trialIsOver()) {
                decisions.trust();
            }
            holdVersions(active.get());
        }
        return true;
    }

    PluginView view() {
        return Views.of(id, premises.shelf().versions(id), history.all(), active, decisions);
    }

    History history() {
        return history;
    }
}
