package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.record.Ids;
import dev.dovetail.spi.Name;
import java.util.Optional;

/** Finds accepted executions, open or ended, with their journals. Thread-safe. */
record Finding(Floor floor, OpenFiles files, Shelf shelf) {
    /** From memory only while no other node can have gone on with it. */
    Optional<Shown> find(Name tenant, String id) throws InterruptedException {
        if (!Ids.isId(id)) {
            return Optional.empty();
        }
        // looked at first and judged then: it may end meanwhile, and of its end only the store knows all
        Optional<Shown> mine = floor.inHand(id)
                .filter(it -> it.order().tenant().equals(tenant))
                .flatMap(it -> it.shownByOwner(true))
                .filter(shown -> !shown.status().ended());
        if (mine.isPresent()) {
            return mine;
        }
        Optional<OpenFiles.Open> open = files.find(tenant, id);
        return open.isEmpty() ? shelf.find(tenant, id) : Optional.of(open.get().shown(files.story(tenant, id)));
    }
}
