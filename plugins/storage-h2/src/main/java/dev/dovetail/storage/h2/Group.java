package dev.dovetail.storage.h2;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Committed.Conflict;
import dev.dovetail.spi.store.Committed.Done;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.storage.h2.Logged.Dropped;
import dev.dovetail.storage.h2.Logged.Made;
import dev.dovetail.storage.h2.Logged.Refused;
import dev.dovetail.storage.h2.Logged.Write;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Commits that wait together, judged one after the other as if each were alone: a later one sees what an earlier one of the
 * group wrote, and one that is a conflict changes nothing for the others. The writer thread's.
 */
final class Group {
    private final Overlay overlay;
    private final CommitIds ids;
    private final WriteAheadLog log;
    private final long now;
    private final List<Logged> records = new ArrayList<>();
    private final List<Ask<?>> asks = new ArrayList<>();
    private final List<Runnable> answers = new ArrayList<>();
    private final Map<CommitId, Committed> judged = new HashMap<>();
    private final Map<Key, Found> written = new HashMap<>();
    private final List<Range> dropped = new ArrayList<>();
    private long version;

    Group(Overlay overlay, CommitIds ids, WriteAheadLog log, long version, long now) {
        this.overlay = overlay;
        this.ids = ids;
        this.log = log;
        this.version = version;
        this.now = now;
    }

    void add(Ask<?> ask) {
        switch (ask) {
            case Ask.Commit commit -> {
                try {
                    Committed answer = judge(commit);
                    asks.add(commit);
                    answers.add(() -> commit.answer(answer));
                } catch (PluginException e) {
                    commit.refuse(e.kind(), e.getMessage());
                } catch (RuntimeException e) {
                    commit.refuse(Kind.BROKEN, "The commit " + commit.id() + " cannot be judged: " + e);
                } catch (IOException e) {
                    commit.refuse(Kind.UNAVAILABLE, "Cannot look up the commit " + commit.id() + ": " + e.getMessage());
                }
            }
            case Ask.Drop drop -> {
                records.add(new Dropped(++version, now, drop.range()));
                written.keySet().removeIf(drop.range()::has);
                dropped.add(drop.range());
                asks.add(drop);
                answers.add(() -> drop.answer(drop.range()));
            }
            case Ask.Look look -> throw new IllegalArgumentException("A look is no member of a group");
            case Ask.End end -> throw new IllegalArgumentException("The end is no member of a group");
        }
    }

    private Committed judge(Ask.Commit commit) throws IOException {
        CommitId id = commit.id();
        Optional<Committed> before = Optional.ofNullable(judged.get(id));
        if (before.isEmpty()) {
            before = ids.find(id, log);
        }
        if (before.isPresent()) {
            return before.get();
        }
        Committed answer = judge(id, commit.changes());
        judged.put(id, answer);
        return answer;
    }

    private Committed judge(CommitId id, List<Change> changes) {
        for (Change change : changes) {
            if (!(change.expected() instanceof Expectation.Anything)) {
                Optional<Entry> current = current(change.key());
                if (!holds(change.expected(), current)) {
                    Conflict conflict = new Conflict(change.key(), current);
                    records.add(new Refused(id, now, conflict));
                    return conflict;
                }
            }
        }
        version++;
        List<Write> writes = new ArrayList<>(changes.size());
        for (Change change : changes) {
            switch (change) {
                case Change.Put put ->
                    writes.add(new Write(put.key(), Found.there(new Entry(put.key(), version, put.value()))));
                case Change.Delete delete -> writes.add(new Write(delete.key(), Found.gone(version)));
                case Change.Check check -> {}
            }
        }
        writes.forEach(write -> written.put(write.key(), write.found()));
        records.add(new Made(version, id, now, writes));
        return new Done(version);
    }

    private Optional<Entry> current(Key key) {
        Found found = written.get(key);
        if (found != null) {
            return found.entry();
        }
        return dropped.stream().anyMatch(range -> range.has(key)) ? Optional.empty() : overlay.find(key);
    }

    private static boolean holds(Expectation expected, Optional<Entry> current) {
        return switch (expected) {
            case Expectation.Absent() -> current.isEmpty();
            case Expectation.Version(long wanted) ->
                current.map(Entry::version).orElse(0L) == wanted && current.isPresent();
            case Expectation.Anything() -> true;
        };
    }

    /** What is to be logged. */
    List<Logged> records() {
        return records;
    }

    /** The last version that was given. */
    long version() {
        return version;
    }

    /** Tells each member what became of it; only after everything is durable. */
    void answer() {
        answers.forEach(Runnable::run);
    }

    /** Tells each member that it could not be done. */
    void refuse(Kind kind, String why) {
        asks.forEach(ask -> ask.refuse(kind, why));
    }
}
