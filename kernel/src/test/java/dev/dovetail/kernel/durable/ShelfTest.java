package dev.dovetail.kernel.durable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.cluster.LentState;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.record.Ids;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has ended is seen for as long as it is kept, however long it took. */
class ShelfTest {
    private static final Name TENANT = Name.of("default");
    private static final Instant ENDED = Instant.parse("2026-06-15T12:00:00Z");
    private static final Duration KEPT = Duration.ofDays(7);

    private final InMemoryStateStore store = new InMemoryStateStore();
    private final Schemas schemas = new Schemas();

    private Shown ended(Duration took) {
        Instant made = ENDED.minus(took);
        Order order = new Order(
                Ids.next(made),
                TENANT,
                Name.of("long"),
                1,
                "workflow",
                Bytes.utf8("{}"),
                new Principal("user", "ann", TENANT, List.of(), List.of(), List.of(), Optional.empty()),
                "c",
                "",
                0,
                made,
                Duration.ofSeconds(30),
                made.plus(Duration.ofDays(3650)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return Shown.open(order, Standing.queued(made), "", List.of())
                .ended(ExecutionStatus.SUCCEEDED, Optional.of(Bytes.utf8("7")), Optional.empty(), ENDED);
    }

    private List<String> all(Key.Space space) {
        return store.list(Range.prefix(space, ""), 100).stream()
                .map(each -> each.key().path())
                .toList();
    }

    /** As every node does, and one of them for all. */
    private void keepOnly(Shelf shelf, Instant now) throws Exception {
        Instant first = now.minus(KEPT);
        store.drop(new Range(Key.Space.HISTORY, "", Keys.day(first), false));
        shelf.keepSince(first);
    }

    @Test
    @Tag("WF-01")
    void whatTookFortyDaysIsSeenAsLongAfterItsEndAsWhatTookAMoment(@TempDir Path folder) throws Exception {
        try (LentState lent = new LentState(folder)) {
            Slot<StateStore> slot = lent.with(() -> store);
            Shelf shelf = new Shelf(slot, new Papers(schemas), schemas);
            for (Duration took : List.of(Duration.ZERO, Duration.ofHours(23), Duration.ofDays(40))) {
                Shown shown = ended(took);
                String id = shown.order().id();
                store.commit(CommitId.fresh(), shelf.put(shown));
                List<Change> again = Shelf.none(TENANT, id);
                assertTrue(
                        store.commit(CommitId.fresh(), again) instanceof Committed.Conflict, "nobody starts it anew");
                for (Duration later : List.of(Duration.ZERO, KEPT.minusDays(1))) {
                    keepOnly(shelf, ENDED.plus(later));
                    assertEquals(
                            Optional.of(Bytes.utf8("7")),
                            shelf.find(TENANT, id).orElseThrow().output(),
                            "took " + took + ", looked for " + later + " after its end");
                }
                keepOnly(shelf, ENDED.plus(KEPT.plusDays(1)));
                assertEquals(Optional.empty(), shelf.find(TENANT, id));
                assertEquals(List.of(), all(Key.Space.HISTORY), "nothing is left of it");
                assertEquals(List.of(), all(Key.Space.STATE));
            }
        }
    }

    /** As where old days wait to be archived. */
    @Test
    @Tag("EX-18")
    void whatIsOldAndStillThereIsStillFound(@TempDir Path folder) throws Exception {
        try (LentState lent = new LentState(folder)) {
            Shelf shelf = new Shelf(lent.with(() -> store), new Papers(schemas), schemas);
            Shown shown = ended(Duration.ofDays(40));
            store.commit(CommitId.fresh(), shelf.put(shown));
            shelf.keepSince(ENDED.plus(Duration.ofDays(1)));
            assertEquals(
                    Optional.of(Bytes.utf8("7")),
                    shelf.find(TENANT, shown.order().id()).orElseThrow().output());
        }
    }
}
