package dev.dovetail.kernel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.kernel.cluster.LentState;
import dev.dovetail.kernel.pool.Foresight.Whose;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What functions needed outlives the node, and goes when nobody asks for it. */
@Tag("SL-09")
final class ForesightTest {
    private static final Whose SHOP = new Whose(Name.of("default"), Name.of("shop"));
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    static Path folder;

    private static LentState lent;

    private final InMemoryStateStore store = new InMemoryStateStore();
    private Instant now = Instant.parse("2026-11-16T08:02:00Z");

    @BeforeAll
    static void open() throws Exception {
        lent = new LentState(folder);
    }

    @AfterAll
    static void close() {
        lent.close();
    }

    private Foresight node(String name, StateStore on) {
        return new Foresight(lent.with(() -> on), new Schemas(), () -> now, () -> name);
    }

    private List<String> kept() throws Exception {
        return store.list(Range.prefix(Key.Space.STATE, "c/traffic/"), 100).stream()
                .map(Entry::key)
                .map(Key::path)
                .toList();
    }

    @Test
    void theNextStartOfANodeKnowsWhatWasNeeded() throws Exception {
        Foresight first = node("n1", store);
        assertEquals(Map.of(SHOP, 0), first.look(Map.of(SHOP, 3)));
        first.look(Map.of(SHOP, 1));
        assertEquals(List.of(), kept(), "nothing is written for each call");
        now = now.plus(Traffic.SLOT);
        first.look(Map.of(SHOP, 0));
        assertEquals(List.of("c/traffic/default/shop/n1"), kept());

        now = now.plus(DAY).minus(Traffic.SLOT);
        assertEquals(Map.of(SHOP, 3), node("n1", store).look(Map.of(SHOP, 0)));
        assertEquals(Map.of(SHOP, 0), node("n2", store).look(Map.of(SHOP, 0)), "another node has its own calls");
    }

    @Test
    void whatNobodyAsksForOrIsOldIsDeleted() throws Exception {
        Foresight here = node("n1", store);
        Foresight there = node("n2", store);
        here.look(Map.of(SHOP, 3));
        there.look(Map.of(SHOP, 3));
        now = now.plus(Traffic.SLOT);
        here.look(Map.of(SHOP, 0));
        there.look(Map.of(SHOP, 0));
        assertEquals(2, kept().size());
        now = now.plus(Duration.ofHours(1));
        here.look(Map.of());
        assertEquals(List.of("c/traffic/default/shop/n2"), kept(), "the other node may ask for its own");
        now = now.plus(DAY.multipliedBy(9));
        here.look(Map.of());
        assertEquals(List.of(), kept(), "a node that is gone");
    }

    @Test
    void whatCannotBeReadIsBegunAnew() throws Exception {
        Key key = Key.state("c/traffic/default/shop/n1");
        store.commit(
                CommitId.fresh(),
                List.of(new Change.Put(key, Bytes.utf8("{\"latest\":\"soon\"}"), Expectation.anything())));
        Foresight node = node("n1", store);
        assertEquals(Map.of(SHOP, 0), node.look(Map.of(SHOP, 2)));
        now = now.plus(Traffic.SLOT);
        node.look(Map.of(SHOP, 0));
        now = now.plus(DAY).minus(Traffic.SLOT);
        assertEquals(Map.of(SHOP, 2), node.look(Map.of(SHOP, 0)));
    }

    @Test
    void aStoreThatFailsIsAskedAgainAndNothingNotedIsLost() throws Exception {
        Foresight node = node("n1", store);
        node.look(Map.of(SHOP, 2));
        lent.with(() -> {
            throw new IllegalStateException("the disk is gone");
        });
        now = now.plus(Traffic.SLOT);
        assertEquals(Map.of(), node.look(Map.of(SHOP, 1)));
        assertEquals(List.of(), kept());
        lent.with(() -> store);
        now = now.plus(Traffic.SLOT);
        node.look(Map.of(SHOP, 0));
        now = now.plus(DAY).minus(Traffic.SLOT.multipliedBy(2));
        assertEquals(Map.of(SHOP, 2), node("n1", store).look(Map.of(SHOP, 0)));
    }
}
