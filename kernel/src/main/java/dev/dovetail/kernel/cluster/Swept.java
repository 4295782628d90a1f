package dev.dovetail.kernel.cluster;

import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.StateStore;

/**
 * Which sweep of the blob store was the last. Whoever keeps a blob looks at this first, then puts the blob, then commits what
 * refers to it together with {@link #check}. A sweep commits {@link #next} first, then reads what is referred to, then deletes.
 * So whichever commits first, either the sweep sees the reference, or whoever put the blob is told to put it again.
 */
public record Swept(Expectation seen) {
    private static final Key LAST = Key.state("c/blobs/swept");

    /** As it is now; to be asked before the blob is put. */
    public static Swept now(Slot<StateStore> state) throws InterruptedException {
        return new Swept(state.use(store -> store.find(LAST))
                .map(last -> Expectation.version(last.version()))
                .orElseGet(Expectation::absent));
    }

    /** Must hold for what refers to a blob to be written. */
    public Change check() {
        return new Change.Check(LAST, seen);
    }

    /** Whether a commit with the check failed because there was a sweep since: then the blob is to be put again. */
    public boolean isOver(Committed answer) {
        return answer instanceof Committed.Conflict conflict && conflict.key().equals(LAST);
    }

    /** With what a sweep begins before it looks for the last time what it must not delete. */
    public static Change next(Bytes document) {
        return new Change.Put(LAST, document, Expectation.anything());
    }
}
