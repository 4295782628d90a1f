package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Name;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;

/**
 * One plugin over its versions: what serves, what drains, what was. Swaps take turns; draining goes on beside them, of two
 * generations at most. A swap runs on a thread of its own, so that a caller who stops waiting leaves it whole.
 */
final class Line {
    private static final System.Logger LOG = System.getLogger("dev.dovetail.kernel.plugin");
    private static final int LINGERING_AT_MOST = 2;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Premises premises;
    private final Name id;
    private final Turns turns;
    private final Drains drains = new Drains();
    private final History history = new History();
    private final Map<String, String> reasons = new ConcurrentHashMap<>();
    private final Map<String, Tenure> held = new ConcurrentHashMap<>();
    private volatile Optional<Tenure> active = Optional.empty();
    private volatile boolean closed;
    private volatile Duration pause = Duration.ofSeconds(1);
    private volatile Instant retryAt = Instant.MIN;
    private volatile Instant trialEnds = Instant.MAX;

    Line(Premises premises, Name id) {
        this.premises = premises;
        this.id = id;
        this.turns = new Turns("swap of " + id);
    }

    Premises premises() {
        return premises;
    }

    Name id() {
        return id;
    }

    Optional<Tenure> active() {
        return active;
    }

    /** All that serves: the active version, and those that a slot is held to. */
    List<Tenure> serving() {
        List<Tenure> serving = new ArrayList<>(active.stream().toList());
        serving.addAll(held.values());
        return serving;
    }

    Wish wish() {
        return premises.desired().find(id).orElse(Wish.NONE);
    }

    /** Puts in use what should be, after the kernel started: the version decided on, or the newest of a new plugin. */
    void start() throws InterruptedException {
        Optional<Wish> decided = premises.desired().find(id);
        if (decided.isEmpty()) {
            activate(premises.shelf().versions(id).getFirst(), false);
            return;
        }
        Wish wish = decided.get().crashed();
        premises.desired().put(id, wish);
        if (!wish.active().equals(decided.get().active())) {
            LOG.log(System.Logger.Level.ERROR, id + " is gone back from: " + wish.refused());
        }
        turns.take(this::caughtUp);
    }

    /** Loads the version decided on, if it is there and does not serve. */
    private void resume() throws InterruptedException {
        Wish wish = wish();
        if (wish.active().isEmpty() || active.isPresent()) {
            return;
        }
        String version = wish.active().get();
        Optional<Shelf.Jar> jar = premises.shelf().find(id, version);
        if (jar.isEmpty()) {
            reasons.put(version, "it should be in use, and its jar is not installed any more");
        } else {
            taken(jar.get(), false, false);
        }
    }

    /** Puts this version in use; answers when it serves. */
    Activation activate(Shelf.Jar jar, boolean force) throws InterruptedException {
        return turns.take(() -> taken(jar, force, true));
    }

    /** Puts a jar that came in use if nothing was ever decided about its plugin; what is refused is seen in the view. */
    Future<Boolean> welcome(Shelf.Jar jar) {
        return turns.begin(() -> {
            if (premises.desired().find(id).isEmpty()) {
                taken(jar, false, true);
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
            return new Activation.Serving(jar.version(), old.get().number());
        }
        long lingering = history.lingering();
        if (lingering > LINGERING_AT_MOST && !force) {
            return refused(
                    jar,
                    lingering + " generations of " + id + " are unloaded and still in memory; force adds one more");
        }
        drains.reserve();
        Wish before = wish();
        if (decide) {
            premises.desired().put(id, before.trying(jar.version()));
        }
        Tenure next = new Tenure(premises, jar);
        history.add(next);
        Swap swap = new Swap(premises, old, next, force, premises.slots()::forActive);
        try {
            swap.run();
        } catch (Refusal e) {
            if (decide) { // where nothing served before, it stays wanted and is tried again
                premises.desired().put(id, before.active().isPresent() ? before : wish().trusted());
            }
            if (swap.emptied()) {
                active = Optional.empty();
                old.ifPresent(each -> each.unload(VersionState.SHELVED));
            }
            drains.giveBack();
            retryLater();
            return refused(jar, e.getMessage());
        }
        active = Optional.of(next);
        reasons.remove(jar.version());
        pause = Duration.ofSeconds(1);
        serves(next);
        PluginSettings.Times times = premises.times();
        old.ifPresentOrElse(each -> drains.retire(each, force ? times.forced() : times.drain()), drains::giveBack);
        holdVersions(next);
        return new Activation.Serving(jar.version(), next.number());
    }

    private Activation refused(Shelf.Jar jar, String reason) {
        if (!reason.equals(reasons.put(jar.version(), reason))) {
            LOG.log(System.Logger.Level.WARNING, jar.manifest() + " is refused: " + reason);
        }
        return new Activation.Refused(reason);
    }

    private void retryLater() {
        retryAt = now().plus(pause);
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }

    private void serves(Tenure next) {
        Wish wish = wish();
        if (wish.trying().isPresent() && wish.previous().isEmpty()) {
            premises.desired().put(id, wish.trusted()); // there is nothing to go back to
        }
        trialEnds = now().plus(premises.times().trial());
        LOG.log(System.Logger.Level.INFO, next.manifest() + " serves as generation " + next.number());
    }

    /** Loads the versions that slots are held to, beside the active one. */
    private void holdVersions(Tenure now) throws InterruptedException {
        for (Shelf.Jar jar : versionsToHold(now)) {
            hold(jar);
        }
    }

    private List<Shelf.Jar> versionsToHold(Tenure now) {
        return now.types().stream()
                .flatMap(type -> premises.slots().versionsHeld(type).stream())
                .distinct()
                .filter(version -> !held.containsKey(version) && !reasons.containsKey(version))
                .flatMap(version -> premises.shelf().find(id, version).stream())
                .toList();
    }

    private void hold(Shelf.Jar jar) throws InterruptedException {
        Tenure beside = new Tenure(premises, jar);
        history.add(beside);
        try {
            new Swap(
                            premises,
                            Optional.empty(),
                            beside,
                            false,
                            each -> premises.slots().forVersion(each, jar.version()))
                    .run();
            held.put(jar.version(), beside);
        } catch (Refusal e) {
            refused(jar, e.getMessage());
        }
    }

    /** Takes the plugin out of use for good. */
    void remove() throws InterruptedException {
        turns.take(() -> {
            premises.desired().put(id, wish().removed());
            stop("the plugin was removed", premises.times().handover());
            premises.slots().keepOnly(id, Set.of());
            return true;
        });
    }

    private void stop(String because, Duration patience) {
        for (Tenure each : serving()) {
            each.withdraw(because);
            each.shut();
            Drains.finish(each, patience);
        }
        active = Optional.empty();
        held.clear();
    }

    /** Ends everything, because the kernel stops; what was on trial was not at fault. */
    void close(Duration patience) throws InterruptedException {
        turns.take(() -> {
            closed = true;
            if (wish().trying().isPresent()) {
                premises.desired().put(id, wish().trusted());
            }
            stop("the kernel is stopping", patience);
            return true;
        });
        drains.close();
    }

    /** What time brings: the end of a trial, another attempt, versions that came and are waited for. */
    void tick() {
        boolean due = active.isPresent()
                ? now().isAfter(trialEnds) || !versionsToHold(active.get()).isEmpty()
                : wish().active().isPresent() && now().isAfter(retryAt);
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
            if (now().isAfter(trialEnds)) {
                trialEnds = Instant.MAX;
                premises.desired().put(id, wish().trusted());
            }
            holdVersions(active.get());
        }
        return true;
    }

    private Instant now() {
        return premises.settings().clock().instant();
    }

    PluginView view() {
        return Views.of(id, premises.shelf().versions(id), history.all(), active, this::reason);
    }

    private Optional<String> reason(String version) {
        return Optional.ofNullable(reasons.get(version))
                .or(() -> Optional.ofNullable(wish().refused().get(version)));
    }

    List<GenerationView> generations() {
        return history.all().stream().map(Tenure::view).toList();
    }

    List<Tenure> tenures() {
        return history.all();
    }
}
