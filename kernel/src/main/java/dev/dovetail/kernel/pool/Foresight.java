package dev.dovetail.kernel.pool;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Foretells how many workers functions will need that ask for it ({@code scaling.predictiveWarming}), from what they needed on
 * this node. That is kept in the store, at {@code c/traffic/<tenant>/<function>/<node>}, when five minutes have passed in which
 * somebody called: of the last of them nothing is known if the process dies. What nobody asks for any more, and what was not
 * written for longer than it tells of, is deleted. Used by one thread.
 */
final class Foresight {
    private static final System.Logger LOG = System.getLogger(Foresight.class.getName());
    private static final String ROOT = "c/traffic/";
    private static final int PAGE = 500;
    /** How often it is looked for what may go. */
    private static final Duration SWEEP = Duration.ofHours(1);

    private static final long OLD = Duration.ofDays(8).dividedBy(Traffic.SLOT);

    private final Slot<StateStore> state;
    private final Schemas schemas;
    private final InstantSource clock;
    private final Supplier<String> node;
    private final Map<Whose, Traffic> known = new HashMap<>();
    private Instant sweptAt;
    private boolean failing;

    /** A function. */
    record Whose(Name tenant, Name function) {
        static Whose of(Deployed version) {
            return new Whose(version.id().tenant(), version.id().function());
        }
    }

    Foresight(Slot<StateStore> state, Schemas schemas, InstantSource clock, Supplier<String> node) {
        this.state = state;
        this.schemas = schemas;
        this.clock = clock;
        this.node = node;
        this.sweptAt = clock.instant();
    }

    /**
     * Takes down what functions needed since the last time.
     *
     * @param needed workers at once, of each function that asks for it
     * @return how many each of them will need; those of which nothing can be told are left out
     */
    Map<Whose, Integer> look(Map<Whose, Integer> needed) throws InterruptedException {
        known.keySet().retainAll(needed.keySet());
        Map<Whose, Integer> foretold = new HashMap<>();
        try {
            for (Map.Entry<Whose, Integer> each : needed.entrySet()) {
                foretold.put(each.getKey(), look(each.getKey(), each.getValue()));
            }
            sweep();
            failing = false;
        } catch (PluginFailure e) {
            if (!failing) {
                LOG.log(Level.WARNING, "What functions need cannot be kept, and is tried again: {0}", e.getMessage());
            }
            failing = true;
        }
        return foretold;
    }

    private int look(Whose whose, int needed) throws InterruptedException {
        Traffic traffic = known.get(whose);
        if (traffic == null) {
            traffic = load(whose);
            known.put(whose, traffic);
        }
        long slot = Traffic.slot(clock.instant());
        if (slot > traffic.latest() && traffic.isCalled()) {
            save(whose, traffic);
        }
        traffic.note(slot, needed);
        return traffic.foretold(slot);
    }

    private Traffic load(Whose whose) throws InterruptedException {
        long now = Traffic.slot(clock.instant());
        Key key = key(whose);
        Optional<Entry> found = state.use(store -> store.find(key));
        return found.flatMap(this::read).orElseGet(() -> new Traffic(now));
    }

    private Optional<Traffic> read(Entry entry) {
        try {
            JsonNode json = schemas.parse(entry.value());
            List<Integer> needed = new ArrayList<>();
            json.path("needed").forEach(each -> needed.add(each.intValue()));
            return Optional.of(Traffic.of(json.path("latest").longValue(), needed));
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "{0} cannot be read and is begun anew: {1}", entry.key(), e.getMessage());
            return Optional.empty();
        }
    }

    private void save(Whose whose, Traffic traffic) throws InterruptedException {
        ObjectNode json = schemas.object().put("latest", traffic.latest());
        ArrayNode needed = json.putArray("needed");
        traffic.known().forEach(needed::add);
        Change put = new Change.Put(key(whose), schemas.bytes(json), Expectation.anything());
        CommitId commit = CommitId.fresh();
        state.use(store -> store.commit(commit, List.of(put)));
    }

    private Key key(Whose whose) {
        return Key.state(ROOT + whose.tenant + "/" + whose.function + "/" + node.get());
    }

    /** Deletes this node's of functions that do not ask any more, and anybody's that is old. */
    private void sweep() throws InterruptedException {
        Instant now = clock.instant();
        if (now.isBefore(sweptAt.plus(SWEEP))) {
            return;
        }
        sweptAt = now;
        Range range = Range.prefix(Key.Space.STATE, ROOT);
        for (List<Entry> page = page(range); !page.isEmpty(); page = page(range)) {
            for (Entry each : page) {
                if (isOld(each, Traffic.slot(now))) {
                    Change delete = new Change.Delete(each.key(), Expectation.version(each.version()));
                    CommitId commit = CommitId.fresh();
                    state.use(store -> store.commit(commit, List.of(delete)));
                }
            }
            range = range.after(page.getLast().key().path());
        }
    }

    private boolean isOld(Entry entry, long slot) {
        String path = entry.key().path();
        boolean mine = path.endsWith("/" + node.get());
        return mine && known.keySet().stream().noneMatch(whose -> key(whose).equals(entry.key()))
                || read(entry).map(Traffic::latest).orElse(0L) < slot - OLD;
    }

    private List<Entry> page(Range range) throws InterruptedException {
        return state.use(store -> store.list(range, PAGE));
    }
}
