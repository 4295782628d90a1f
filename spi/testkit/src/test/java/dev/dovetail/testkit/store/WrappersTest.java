package dev.dovetail.testkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Committed.Conflict;
import dev.dovetail.spi.store.Committed.Done;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the wrappers of stores do to those who use them. */
final class WrappersTest {
    @Test
    void aCrankyStoreLosesNothingForWhoAsksAgain() {
        long seed = System.nanoTime();
        StateStore store = Cranky.stateStore(new InMemoryStateStore(), seed);
        int conflicts = 0;
        for (int i = 0; i < 200; i++) {
            for (boolean added = false; !added; ) {
                Optional<Entry> current = asked(() -> store.find(Key.state("n")));
                String next = current.map(
                                e -> "" + (1 + Integer.parseInt(e.value().text())))
                        .orElse("1");
                Expectation expected =
                        current.map(e -> Expectation.version(e.version())).orElse(Expectation.absent());
                CommitId id = CommitId.fresh();
                List<Change> changes = List.of(StateContract.put("n", next, expected));
                Committed answer = asked(() -> store.commit(id, changes));
                assertEquals(answer, asked(() -> store.commit(id, changes)), "seed " + seed);
                added = answer instanceof Done;
                conflicts += answer instanceof Conflict ? 1 : 0;
            }
        }
        assertEquals(
                "200",
                asked(() -> store.find(Key.state("n"))).orElseThrow().value().text(),
                "seed " + seed);
        assertTrue(conflicts > 0, "no conflict in 200 commits with seed " + seed);
    }

    private interface Question<T> {
        T ask();
    }

    private static <T> T asked(Question<T> question) {
        List<PluginException> refusals = new ArrayList<>();
        while (true) {
            try {
                return question.ask();
            } catch (PluginException refused) {
                assertTrue(refused.getMessage().contains("seed"), refused.getMessage());
                refusals.add(refused);
                assertTrue(refusals.size() < 50, "refused fifty times in a row");
            }
        }
    }

    @Test
    void anAssertingStoreFailsUseAfterCloseAndTellsItAgain() {
        StateStore store = Asserting.stateStore(new InMemoryStateStore());
        store.find(Key.state("k"));
        store.close();
        assertThrows(AssertionError.class, () -> store.find(Key.state("k")));
        AssertionError again = assertThrows(AssertionError.class, store::close);
        assertTrue(again.getMessage().contains("find STATE:k"), again.getMessage());
    }

    @Test
    void anAssertingStoreFailsOneIdForTwoCommits() {
        StateStore store = Asserting.stateStore(new InMemoryStateStore());
        CommitId id = CommitId.fresh();
        store.commit(id, List.of(StateContract.put("k", "1")));
        store.commit(id, List.of(StateContract.put("k", "1")));
        assertThrows(AssertionError.class, () -> store.commit(id, List.of(StateContract.put("k", "2"))));
    }
}
