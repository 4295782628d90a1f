package dev.dovetail.kernel.stream;

import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Streams in the store. Thread-safe. */
final class StreamStore {
    private static final int SOME = 4;
    private static final int MOST_PARTS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 1000;

    private final Slot<StateStore> state;
    private final StreamPapers papers;
    private volatile boolean closing;

    StreamStore(Slot<StateStore> state, Schemas schemas) {
        this.state = state;
        this.papers = new StreamPapers(schemas);
    }

    StreamPapers papers() {
        return papers;
    }

    /** A head as it is in the store. */
    record Kept(Head head, long version) {}

    Optional<Kept> head(Name tenant, String id) throws InterruptedException {
        return find(StreamKeys.head(tenant, id)).map(entry -> new Kept(papers.head(entry.value()), entry.version()));
    }

    Optional<Entry> find(Key key) throws InterruptedException {
        return state.use(store -> store.find(key));
    }

    List<Entry> list(Range range, int limit) throws InterruptedException {
        return state.use(store -> store.list(range, limit));
    }

    void drop(Range range) throws InterruptedException {
        state.use(store -> {
            store.drop(range);
            return true;
        });
    }

    /** The next few events after this one; none if there are none yet. */
    List<StreamEvent> after(Name tenant, String id, long position) throws InterruptedException {
        List<Entry> where = list(StreamKeys.eventsUpTo(tenant, id, position + 1), 1);
        if (where.isEmpty()) {
            return List.of();
        }
        List<StreamEvent> events = new ArrayList<>();
        String from = where.getFirst().key().path();
        for (Entry each : list(StreamKeys.eventsFrom(tenant, id, from), SOME)) {
            for (StreamEvent event : StreamPapers.events(each.value())) {
                if (event.number() > position) {
                    events.add(event.data().isEmpty() ? whole(tenant, id, event) : event);
                }
            }
        }
        return events;
    }

    private StreamEvent whole(Name tenant, String id, StreamEvent event) throws InterruptedException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        list(StreamKeys.parts(tenant, id), MOST_PARTS)
                .forEach(part -> all.writeBytes(part.value().toArray()));
        return new StreamEvent(event.number(), event.kind(), Bytes.given(all.toByteArray()));
    }

    /** Asks until it is known what has become of it; the same id makes asking again harmless. */
    Committed commit(CommitId id, List<Change> changes) throws InterruptedException {
        return commit(id, changes, Long.MAX_VALUE);
    }

    /** What cannot be written now is not tried again. */
    void closing() {
        closing = true;
    }

    /** The same, for so long. */
    Committed commit(CommitId id, List<Change> changes, long nanos) throws InterruptedException {
        long began = System.nanoTime();
        long pause = 20;
        while (true) {
            try {
                return state.use(store -> store.commit(id, changes));
            } catch (PluginFailure e) {
                if (closing || e.kind() == PluginException.Kind.REJECTED || System.nanoTime() - began > nanos) {
                    throw e;
                }
                Thread.sleep(pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            }
        }
    }
}
