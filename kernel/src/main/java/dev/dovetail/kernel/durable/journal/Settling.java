package dev.dovetail.kernel.durable.journal;

import java.util.List;
import java.util.function.LongSupplier;

/** Makes what has happened durable before something happens that must not be overtaken. Guarded by its host's lock. */
final class Settling {
    /** So long a completed step may have been completed and not be kept, if nobody could see that it ran. */
    private static final long MOST_COMPUTED_MILLIS = 50;

    private final Story story;
    private final Saving saving;
    private final Logs logs;
    private final boolean confined;
    private final LongSupplier clock;
    private long settledAt;
    private boolean touched;

    /** @param confined whether nothing that the code does can be seen outside unless its host did it */
    Settling(Story story, Saving saving, Logs logs, boolean confined, LongSupplier clock) {
        this.story = story;
        this.saving = saving;
        this.logs = logs;
        this.confined = confined;
        this.clock = clock;
        this.settledAt = clock.getAsLong();
    }

    /** What is in the journal now was seen outside, and would be seen twice if it were not kept. */
    void touched() {
        touched = true;
    }

    /**
     * Before a step's code runs. Steps that did nothing outside, in a language that can do nothing else, may be computed again
     * without anybody seeing it: they are kept with what comes next, unless that would be much to compute.
     */
    void beforeStep() throws InterruptedException {
        if (!confined || touched || clock.getAsLong() - settledAt > MOST_COMPUTED_MILLIS) {
            now();
        } else {
            saving.check();
        }
    }

    /** Before an effect leaves; nothing leaves where the execution is not owned. */
    void now() throws InterruptedException {
        if (story.owes()) {
            logs.keep(story);
            saving.save(story, List.of());
            settledAt = clock.getAsLong();
            touched = false;
        }
        saving.check(); // the answer to a write may have taken long
    }
}
