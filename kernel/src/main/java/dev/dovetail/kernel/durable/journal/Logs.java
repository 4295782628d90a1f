package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.host.Notes;
import dev.dovetail.kernel.record.Execution.LogLine;
import java.util.List;
import java.util.Optional;

/** What an attempt logs, and how much of it is in the journal already. Thread-safe. */
final class Logs {
    private final Notes notes;
    private int kept;
    private Optional<Notes.Said> told = Optional.empty();

    Logs(Notes notes) {
        this.notes = notes;
    }

    Notes notes() {
        return notes;
    }

    /** What {@link #keep} would add now; for whoever looks. */
    synchronized List<LogLine> unkept() {
        List<LogLine> all = notes.logs();
        return all.subList(kept, all.size());
    }

    /** Adds to the journal what was said since this was last done. */
    synchronized void keep(Story story) {
        List<LogLine> all = notes.logs();
        story.log(all.subList(kept, all.size()));
        kept = all.size();
        Optional<Notes.Said> now = notes.said();
        if (!now.equals(told)) {
            told = now;
            now.ifPresent(story::progress);
        }
    }
}
