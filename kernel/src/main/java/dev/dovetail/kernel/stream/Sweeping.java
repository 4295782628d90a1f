package dev.dovetail.kernel.stream;

import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.record.Ids;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Range;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Forgets streams a while after their end; any node may, and several at once do no harm. */
record Sweeping(Streams streams, Streams.Ends ends) {
    private static final System.Logger LOG = System.getLogger(Sweeping.class.getName());
    private static final int SWEPT_AT_ONCE = 100;
    private static final Duration STALE_CALL = Duration.ofHours(1);

    /** Forgets streams whose time is up; answers how many. */
    int sweep() throws InterruptedException {
        int forgotten = 0;
        Range due = StreamKeys.sweepUpTo(streams.passed());
        for (Entry each : streams.store().list(due, SWEPT_AT_ONCE)) {
            String[] parts = each.key().path().split("/");
            try {
                forgotten += sweep(each, Name.of(parts[3]), parts[4]) ? 1 : 0;
            } catch (PluginFailure e) {
                LOG.log(Level.DEBUG, "A stream is forgotten later: {0}", e.getMessage());
            }
        }
        return forgotten;
    }

    private boolean sweep(Entry index, Name tenant, String id) throws InterruptedException {
        Change gone = new Change.Delete(index.key(), Expectation.anything());
        Optional<StreamStore.Kept> kept = streams.store().head(tenant, id);
        if (kept.isEmpty()) {
            streams.store().commit(CommitId.fresh(), List.of(gone));
            return false;
        }
        Head head = kept.get().head();
        Instant forget = ended(head, tenant, id)
                .map(at -> at.plus(streams.limits().retention()))
                .orElse(streams.passed().plus(streams.limits().retention()));
        if (forget.isAfter(streams.passed())) {
            Head later = head.sweptAt(forget);
            streams.store()
                    .commit(
                            CommitId.fresh(),
                            List.of(
                                    gone,
                                    new Change.Put(
                                            StreamKeys.head(tenant, id),
                                            streams.store().papers().write(later),
                                            Expectation.version(kept.get().version())),
                                    new Change.Put(
                                            StreamKeys.sweep(forget, tenant, id),
                                            Bytes.utf8("{}"),
                                            Expectation.anything())));
            return false; // in a conflict it is looked at again, where it lies now
        }
        streams.store().drop(StreamKeys.all(tenant, id));
        streams.store().commit(CommitId.fresh(), List.of(gone));
        return true;
    }

    private Optional<Instant> ended(Head head, Name tenant, String id) throws InterruptedException {
        if (head.carried()) {
            return ends.ended(tenant, id);
        }
        // of a call whose process died nobody writes an end; none takes as long as this
        Instant stale = Instant.ofEpochMilli(Ids.millis(id)).plus(STALE_CALL);
        Predicate<Instant> past = at -> at.isBefore(streams.passed());
        return streams.isLive(id)
                ? Optional.empty()
                : head.ended().or(() -> Optional.of(stale).filter(past));
    }
}
