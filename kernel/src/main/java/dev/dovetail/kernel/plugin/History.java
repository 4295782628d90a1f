package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Name;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/** The tenures of a plugin, the latest first: the last twenty, and those whose loaders are not gone. */
final class History {
    private static final System.Logger LOG = System.getLogger("dev.dovetail.kernel.plugin");
    private static final int REMEMBERED = 20;
    private static final int LINGERING_AT_MOST = 2;

    private final Name id;
    private final Broom broom;
    private final Set<Long> told = ConcurrentHashMap.newKeySet();

    private final ConcurrentLinkedDeque<Tenure> tenures = new ConcurrentLinkedDeque<>();

    History(Name id, Broom broom) {
        this.id = id;
        this.broom = broom;
    }

    void add(Tenure tenure) {
        tenures.addFirst(tenure);
        tenures.descendingIterator().forEachRemaining(each -> {
            if (tenures.size() > REMEMBERED && each.gone()) {
                tenures.remove(each);
            }
        });
    }

    /** Why there is no room for one more, if so many are unloaded and still in memory, also after a collection. */
    Optional<String> overfull() throws InterruptedException {
        if (lingering() > LINGERING_AT_MOST) {
            broom.sweep();
        }
        long left = lingering();
        return left > LINGERING_AT_MOST
                ? Optional.of(left + " generations of " + id + " are unloaded and still in memory; force adds one more")
                : Optional.empty();
    }

    /** Says once of each that lingers who may hold it, and asks for the collection without which nothing is said. */
    void look() {
        tenures.stream()
                .filter(tenure -> tenure.lingers() && told.add(tenure.number()))
                .forEach(tenure -> LOG.log(System.Logger.Level.WARNING, "{0}: {1}", id, Views.whyItLingers(tenure)));
    }

    /** How many are unloaded and should be gone by now and are not. */
    long lingering() {
        return tenures.stream().filter(Tenure::lingers).count();
    }

    List<Tenure> all() {
        return List.copyOf(tenures);
    }
}
