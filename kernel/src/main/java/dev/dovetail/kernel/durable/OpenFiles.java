package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Story;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** Open executions as the store has them. */
final class OpenFiles {
    private static final int PAGE = 100;
    private static final int MOST_PAGES = 200;
    /** So many bytes of segments are read at once, or so many segments. */
    private static final long SEGMENTS_AT_ONCE = 4 << 20;

    private static final int FIRST_SEGMENTS = 16;
    private static final int MOST_SEGMENTS = 500;
    /** Of entries with nothing in them. */
    private static final int WAITING_PAGE = 1000;

    private final Slot<StateStore> state;
    private final Papers papers;
    private final Schemas schemas;

    OpenFiles(Slot<StateStore> state, Papers papers, Schemas schemas) {
        this.state = state;
        this.papers = papers;
        this.schemas = schemas;
    }

    record Open(Order order, Papers.Kept kept) {
        Standing standing() {
            return kept.standing();
        }

        Shown shown(Story story) {
            return Shown.open(order, standing(), kept.plugin(), story.lines());
        }
    }

    Optional<Open> find(Name tenant, String id) throws InterruptedException {
        List<Key> keys = List.of(Keys.order(tenant, id), Keys.standing(tenant, id));
        List<Optional<Entry>> found = state.use(store -> store.findAll(keys));
        return found.getFirst().map(entry -> open(entry, found.get(1)));
    }

    private Open open(Entry entry, Optional<Entry> standing) {
        Order order = papers.order(entry.value());
        return new Open(
                order,
                standing.map(it -> papers.kept(it.value()))
                        .orElseGet(() -> new Papers.Kept(Standing.queued(order.createdAt()), "")));
    }

    private static String id(Entry entry) {
        String path = entry.key().path();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Gives the journal's segments, in order and a few at a time: together they may be more than there is room for. */
    void segments(Name tenant, String id, Predicate<Entry> taker) throws InterruptedException {
        Range range = Keys.segments(tenant, id);
        int limit = FIRST_SEGMENTS;
        while (true) {
            Range asked = range;
            int most = limit;
            List<Entry> page = state.use(store -> store.list(asked, most));
            long bytes = 0;
            for (Entry each : page) {
                bytes += each.value().size();
                if (!taker.test(each)) {
                    return;
                }
            }
            if (page.size() < most) {
                return;
            }
            range = range.after(page.getLast().key().path());
            limit = Math.clamp(SEGMENTS_AT_ONCE * page.size() / Math.max(1, bytes), 4, MOST_SEGMENTS);
        }
    }

    Story story(Name tenant, String id) throws InterruptedException {
        Story story = new Story(schemas);
        segments(tenant, id, each -> {
            story.load(each.value());
            return true;
        });
        return story;
    }

    /**
     * The tenant's that fit, newest first, from before this id; without their journals.
     *
     * @param inHand how one looks that this node carries, which knows it better than the store
     */
    Opened list(Name tenant, Predicate<Shown> fits, String before, int limit, Function<String, Optional<Shown>> inHand)
            throws InterruptedException {
        List<Shown> found = new ArrayList<>();
        Range range = Keys.orders(tenant).reversed();
        if (!before.isEmpty()) {
            range = range.after(Keys.order(tenant, before).path());
        }
        String last = before;
        for (int pages = 0; pages < MOST_PAGES; pages++) {
            Range asked = range;
            List<Entry> page = state.use(store -> store.list(asked, PAGE));
            List<Key> keys =
                    page.stream().map(each -> Keys.standing(tenant, id(each))).toList();
            List<Optional<Entry>> standings = state.use(store -> store.findAll(keys));
            for (int i = 0; i < page.size(); i++) {
                Entry each = page.get(i);
                Optional<Entry> standing = standings.get(i);
                Shown shown = inHand.apply(id(each))
                        .orElseGet(() -> open(each, standing).shown(new Story(schemas)));
                if (!shown.status().ended() && fits.test(shown)) {
                    found.add(shown);
                }
                if (found.size() >= limit) {
                    return new Opened(found, Optional.empty());
                }
            }
            if (page.size() < PAGE) {
                return new Opened(found, Optional.empty());
            }
            range = range.after(page.getLast().key().path());
            last = id(page.getLast());
        }
        return new Opened(found, Optional.of(last));
    }

    /** Shows what was asked for of each that is open. */
    void orders(Name tenant, Consumer<Order> each) throws InterruptedException {
        Range range = Keys.orders(tenant);
        while (true) {
            Range asked = range;
            List<Entry> page = state.use(store -> store.list(asked, PAGE));
            page.forEach(entry -> each.accept(papers.order(entry.value())));
            if (page.size() < PAGE) {
                return;
            }
            range = range.after(page.getLast().key().path());
        }
    }

    /** What was made of an execution since: how, by the ids of those that were. */
    Map<String, String> successors(Name tenant, String id) throws InterruptedException {
        Map<String, String> found = new TreeMap<>();
        for (Entry each : state.use(store -> store.list(Keys.successors(tenant, id), 1000))) {
            found.put(last(each), each.value().text());
        }
        return found;
    }

    /** The ids of the executions that wait for events of this type. */
    List<String> waitingFor(Name tenant, String type) throws InterruptedException {
        List<String> found = new ArrayList<>();
        Range range = Keys.waitingFor(tenant, type);
        while (true) {
            Range asked = range;
            List<Entry> page = state.use(store -> store.list(asked, WAITING_PAGE));
            page.forEach(entry -> found.add(last(entry)));
            if (page.size() < WAITING_PAGE) {
                return found;
            }
            range = range.after(page.getLast().key().path());
        }
    }

    private static String last(Entry entry) {
        String path = entry.key().path();
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
