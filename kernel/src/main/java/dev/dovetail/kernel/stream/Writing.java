package dev.dovetail.kernel.stream;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Expectation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes the events of one stream: numbered, several in a value, each commit on the head that it knows. If somebody else has
 * written - a process that took the execution over, or the one that it was taken from - it reads the head anew, leaves out what is
 * there, and numbers the rest after it. Used by one thread at a time.
 */
final class Writing {
    private static final int LARGEST_GROUP = 512 * 1024;

    private final Streams streams;
    private final Name tenant;
    private final String id;
    private volatile Head head;
    private long version;
    private boolean lostTrack;
    private Optional<Begun> begun = Optional.empty();

    /** A commit that was begun; what has come of it is not known before it is asked again. */
    private record Begun(CommitId id, List<Change> changes, Head head, List<Item> items, List<StreamEvent> events) {}

    Writing(Streams streams, Name tenant, String id, StreamStore.Kept kept) {
        this.streams = streams;
        this.tenant = tenant;
        this.id = id;
        this.head = kept.head();
        this.version = kept.version();
    }

    /** As it is in the store, as far as this process knows. */
    Head head() {
        return head;
    }

    /** Whether somebody else has written since this was asked. */
    boolean lostTrack() {
        boolean was = lostTrack;
        lostTrack = false;
        return was;
    }

    /**
     * Writes some of these, in order, and the last one if it is given; answers what was written now. Interrupted, it goes on with
     * the same commit when it is called again.
     */
    List<StreamEvent> write(List<Item> items, Optional<Item> last) throws InterruptedException {
        while (true) {
            if (begun.isEmpty()) {
                begun = Optional.of(begin(items, last));
            }
            Begun it = begun.get();
            Committed committed = it.changes.isEmpty()
                    ? new Committed.Done(version)
                    : streams.store().commit(it.id, it.changes);
            begun = Optional.empty();
            if (committed instanceof Committed.Done done) {
                head = it.head;
                version = done.version();
                for (Item each : it.items) {
                    each.written = true;
                }
                return it.events;
            }
            reload();
        }
    }

    private void reload() throws InterruptedException {
        StreamStore.Kept kept = streams.store()
                .head(tenant, id)
                .orElseThrow(() -> new IllegalStateException("The stream of " + id + " is not kept any more"));
        head = kept.head();
        version = kept.version();
        lostTrack = true;
    }

    private Begun begin(List<Item> items, Optional<Item> last) {
        Head after = head;
        List<Item> done = new ArrayList<>();
        List<StreamEvent> events = new ArrayList<>();
        int size = 0;
        for (Item each : items) {
            if (size > 0 && size + each.data.size() > LARGEST_GROUP) {
                break;
            }
            done.add(each);
            Head now = after;
            if (each.mark.filter(now::has).isPresent()) {
                continue; // another attempt has sent it
            }
            StreamEvent event = new StreamEvent(after.last() + 1, each.kind, each.data);
            each.number = event.number();
            events.add(event);
            size += event.weight();
            after = after.with(event, each.mark);
        }
        List<Change> changes = new ArrayList<>();
        List<StreamEvent> written = new ArrayList<>(events);
        if (last.isPresent() && done.size() == items.size()) {
            Item end = last.get();
            StreamEvent event = new StreamEvent(after.last() + 1, end.kind, end.data);
            done.add(end);
            events.add(event);
            boolean large = end.data.size() > LARGEST_GROUP / 2;
            written.add(large ? new StreamEvent(event.number(), end.kind, Bytes.empty()) : event);
            if (large) {
                parts(end.data, changes);
            }
            Instant now = streams.now();
            Instant forget = now.plus(streams.limits().retention());
            changes.add(delete(after.sweep()));
            changes.add(new Change.Put(StreamKeys.sweep(forget, tenant, id), Bytes.utf8("{}"), Expectation.anything()));
            after = after.with(event, Optional.empty()).ended(now, forget);
        }
        if (!written.isEmpty()) {
            changes.add(new Change.Put(
                    StreamKeys.events(tenant, id, written.getFirst().number()),
                    StreamPapers.write(written),
                    Expectation.anything()));
            changes.add(new Change.Put(
                    StreamKeys.head(tenant, id), streams.store().papers().write(after), Expectation.version(version)));
        }
        return new Begun(CommitId.fresh(), changes, after, done, events);
    }

    private Change delete(Instant sweep) {
        return new Change.Delete(StreamKeys.sweep(sweep, tenant, id), Expectation.anything());
    }

    private void parts(Bytes data, List<Change> changes) {
        byte[] all = data.toArray();
        for (int i = 0; i * LARGEST_GROUP < all.length; i++) {
            byte[] part =
                    java.util.Arrays.copyOfRange(all, i * LARGEST_GROUP, Math.min(all.length, (i + 1) * LARGEST_GROUP));
            changes.add(new Change.Put(StreamKeys.part(tenant, id, i), Bytes.given(part), Expectation.anything()));
        }
    }
}
