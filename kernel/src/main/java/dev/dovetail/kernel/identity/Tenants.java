package dev.dovetail.kernel.identity;

import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whose keys are in the store. */
public interface Tenants {
    /** All tenants that have anything in the store: one look for each. */
    static List<Name> in(Slot<StateStore> state) throws InterruptedException {
        List<Name> found = new ArrayList<>();
        String from = "t/";
        while (true) {
            Range range = new Range(Key.Space.STATE, from, "t0", false); // 0 comes after /
            List<Entry> first = state.use(store -> store.list(range, 1));
            Optional<Name> next = first.stream()
                    .findFirst()
                    .map(each -> Name.of(each.key().path().split("/")[1]));
            if (next.isEmpty()) {
                return found;
            }
            found.add(next.get());
            from = "t/" + next.get() + "0";
        }
    }
}
