package dev.dovetail.kernel.record;

import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.util.List;
import java.util.Optional;

/** The rows of a range, one after the other; few are in memory at once, since each may be large. */
final class Rows {
    private static final int PAGE = 16;

    private final Slot<StateStore> state;
    private Range left;
    private List<Entry> page = List.of();
    private int at;
    private boolean last;

    Rows(Slot<StateStore> state, Range range) {
        this.state = state;
        this.left = range;
    }

    /** The one that {@link #take} answers. */
    Optional<Entry> next() throws InterruptedException {
        if (at == page.size() && !last) {
            Range asked = left;
            page = state.use(store -> store.list(asked, PAGE));
            at = 0;
            last = page.size() < PAGE;
            if (!page.isEmpty()) {
                left = left.after(page.getLast().key().path());
            }
        }
        return at < page.size() ? Optional.of(page.get(at)) : Optional.empty();
    }

    Entry take() throws InterruptedException {
        Entry taken = next().orElseThrow();
        at++;
        return taken;
    }
}
