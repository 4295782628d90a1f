package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The versions of one plugin that serve beside the active one: those that slots are held to, and a candidate that shares the
 * active one's slots for a while. Changed in the plugin's turns; looked at by any thread.
 */
final class Besides {
    private final Premises premises;
    private final Name id;
    private final History history;
    private final Map<String, Tenure> held = new ConcurrentHashMap<>();
    private volatile Optional<Tenure> candidate = Optional.empty();

    Besides(Premises premises, Name id, History history) {
        this.premises = premises;
        this.id = id;
        this.history = history;
    }

    List<Tenure> all() {
        List<Tenure> all = new ArrayList<>(held.values());
        candidate.ifPresent(all::add);
        return all;
    }

    Optional<Tenure> candidate() {
        return candidate;
    }

    /** What a rollback goes to: the version that serves, while a candidate is tried beside it; else the one before it. */
    Optional<String> before(Optional<Tenure> active, Wish wish) {
        return candidate.isPresent() ? active.map(each -> each.jar().version()) : wish.previous();
    }

    /** Installed versions that a slot is held to and that do not serve yet, as far as they may be tried. */
    List<Shelf.Jar> missing(Tenure active, Predicate<Shelf.Jar> mayTry) {
        return active.types().stream()
                .flatMap(type -> premises.slots().versionsHeld(type).stream())
                .distinct()
                .filter(version -> !held.containsKey(version))
                .flatMap(version -> premises.shelf().find(id, version).stream())
                .filter(mayTry)
                .toList();
    }

    /** @throws Refusal if it cannot be loaded or opened */
    void hold(Shelf.Jar jar) throws InterruptedException {
        Tenure beside = new Tenure(premises, jar);
        history.add(beside);
        Swap swap = new Swap(
                premises,
                Optional.empty(),
                beside,
                false,
                each -> premises.slots().forVersion(each, jar.version()));
        swap.open();
        beside.publish();
        held.put(jar.version(), beside);
    }

    /**
     * Puts a candidate beside the active version, or changes who goes to it.
     *
     * @throws Refusal if it cannot be
     */
    Tenure canary(Tenure active, Shelf.Jar jar, Predicate<Route> who) throws InterruptedException {
        Optional<Tenure> present = candidate.filter(each -> each.jar().digest().equals(jar.digest()));
        if (present.isEmpty()) {
            if (candidate.isPresent()) {
                throw new Refusal(
                        candidate.get().manifest() + " is a candidate already; put it in use or take it back");
            }
            Tenure next = new Tenure(premises, jar);
            history.add(next);
            new Swap(premises, Optional.empty(), next, false, premises.slots()::forActive).openBeside(active);
            candidate = Optional.of(next);
        }
        candidate.get().publishBeside(active, who);
        return candidate.get();
    }

    /** The candidate, which is none any more: it is to be published or retired. */
    Optional<Tenure> takeCandidate() {
        Optional<Tenure> was = candidate;
        candidate = Optional.empty();
        return was;
    }

    void clear() {
        held.clear();
        candidate = Optional.empty();
    }
}
