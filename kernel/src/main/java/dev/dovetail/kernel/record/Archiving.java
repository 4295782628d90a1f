package dev.dovetail.kernel.record;

import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** Writes what is old into the archive, and drops it when it is on the disk there. */
final class Archiving {
    private static final int DAY = 8;

    private final Slot<StateStore> state;
    private final Archive archive;

    Archiving(Slot<StateStore> state, Archive archive) {
        this.state = state;
        this.archive = archive;
    }

    /** The days of the history before this one, the oldest first. */
    void history(String first) throws InterruptedException {
        archive.keep("executions", () -> {
            Range old = new Range(Space.HISTORY, "", first, false);
            for (Optional<Entry> next = new Rows(state, old).next();
                    next.isPresent();
                    next = new Rows(state, old).next()) {
                String day = next.get().key().path().substring(0, DAY);
                Range all = Range.prefix(Space.HISTORY, day + "/");
                // what came to the day meanwhile is not dropped: then all of it is written once more
                if (copied(day, all).equals(counted(all))) {
                    drop(all);
                }
            }
        });
    }

    /** Which rows there are, so that it shows when there are others. */
    private record Census(long rows, long hash) {
        static final Census NONE = new Census(0, 0);

        Census with(Entry each) {
            return new Census(rows + 1, 31 * (31 * hash + each.key().path().hashCode()) + each.version());
        }
    }

    private Census counted(Range all) throws InterruptedException {
        Census census = Census.NONE;
        for (Rows rows = new Rows(state, all); rows.next().isPresent(); ) {
            census = census.with(rows.take());
        }
        return census;
    }

    private Census copied(String day, Range all) throws IOException, InterruptedException {
        Census census = Census.NONE;
        Rows rows = new Rows(state, all);
        while (rows.next().isPresent()) {
            String tenant = ArchiveLines.tenant(rows.next().get());
            try (Archive.Volume volume = archive.volume("executions", day, tenant)) {
                ArchiveLines lines = new ArchiveLines(archive, volume);
                while (rows.next()
                        .filter(each -> ArchiveLines.tenant(each).equals(tenant))
                        .isPresent()) {
                    census = census.with(rows.next().get());
                    lines.take(rows.take());
                }
                lines.end();
                volume.finish();
            }
        }
        return census;
    }

    /**
     * A tenant's audit that is old, as it is: each entry with its digest, and that of the one before.
     *
     * @param prefix what the keys begin with that are followed by the milliseconds since 1970
     */
    void audit(String tenant, String prefix, Range old) throws InterruptedException {
        if (!archive.isWanted()) {
            drop(old);
            return;
        }
        archive.keep("audit entries", () -> {
            for (Rows rows = new Rows(state, old); rows.next().isPresent(); ) {
                String day = day(rows.next().get(), prefix);
                String last = "";
                try (Archive.Volume volume = archive.volume("audit", day, tenant)) {
                    while (rows.next()
                            .filter(each -> day(each, prefix).equals(day))
                            .isPresent()) {
                        Entry entry = rows.take();
                        volume.line(entry.value());
                        last = entry.key().path();
                    }
                    volume.finish();
                }
                drop(new Range(old.space(), old.from(), last + "\0", false));
            }
        });
    }

    private static String day(Entry entry, String prefix) {
        String rest = entry.key().path().substring(prefix.length());
        return Gathering.day(Instant.ofEpochMilli(Long.parseLong(rest.substring(0, rest.indexOf('/')))));
    }

    void drop(Range range) throws InterruptedException {
        state.use(store -> {
            store.drop(range);
            return true;
        });
    }
}
