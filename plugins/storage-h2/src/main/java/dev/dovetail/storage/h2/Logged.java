package dev.dovetail.storage.h2;

import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed.Conflict;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import java.util.List;

/** One record of the write-ahead log. */
sealed interface Logged {
    /** When it was judged, in milliseconds of the epoch. */
    long at();

    /** One key's new content. */
    record Write(Key key, Found found) {}

    /** A commit that was made. */
    record Made(long version, CommitId id, long at, List<Write> writes) implements Logged {}

    /** A commit that was not, kept so that it is answered the same when it is asked again. */
    record Refused(CommitId id, long at, Conflict conflict) implements Logged {}

    /** A range that was forgotten. */
    record Dropped(long version, long at, Range range) implements Logged {}
}
