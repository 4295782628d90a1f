package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.host.Notes;
import dev.dovetail.kernel.record.Execution.LogLine;
import java.util.List;

/** What an attempt logs, and how much of it is in the journal already. Thread-safe. */
final class Logs {
    private final Notes notes;
    private int kept;

    Logs(Notes notes) {
        this.notes = notes;
    }

    Notes notes() {
        return notes;
    }

    /** What {@link #fresh} would answer now; for whoever looks. */
    synchronized List<LogLine> unkept() {
        List<LogLine> all = notes.logs();
        return all.subList(kept, all.size());
    }

    /** What was logged since this was last asked. */
    synchronized List<LogLine> fresh() {
        List<LogLine> all = notes.logs();
        List<LogLine> fresh = all.subList(kept, all.size());
        kept = all.size();
        return fresh;
    }
}
