package dev.dovetail.testkit.store;

import static dev.dovetail.testkit.store.StateContract.commit;
import static dev.dovetail.testkit.store.StateContract.done;
import static dev.dovetail.testkit.store.StateContract.put;
import static dev.dovetail.testkit.store.StateContract.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Committed.Conflict;
import dev.dovetail.spi.store.Committed.Done;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Rule;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What holds when many use the store at once. */
interface StateAtOnce extends StateContract {
    @Test
    @Rule("state/23")
    default void absentAdmitsOneOfManyAtOnce(StateStore store) throws Exception {
        for (int round = 0; round < 10; round++) {
            String path = "seat/" + round;
            List<Committed> answers =
                    Crowd.of(32, member -> commit(store, put(path, "member " + member, Expectation.absent())));
            assertEquals(1, answers.stream().filter(a -> a instanceof Done).count());
            String winner = text(store, path);
            answers.stream()
                    .filter(a -> a instanceof Conflict)
                    .forEach(a -> assertEquals(winner, text(((Conflict) a).current())));
        }
    }

    @Test
    @Rule("state/24")
    default void aHundredThreadsLoseNoUpdate(StateStore store) throws Exception {
        done(store, put("counter", "0"));
        Crowd.of(100, member -> {
            for (int i = 0; i < 5; i++) {
                addOne(store, "counter");
            }
            return true;
        });
        assertEquals("500", text(store, "counter"));
    }

    private static void addOne(StateStore store, String path) {
        Entry current = store.find(Key.state(path)).orElseThrow();
        while (true) {
            String next = String.valueOf(1 + Integer.parseInt(current.value().text()));
            switch (commit(store, put(path, next, Expectation.version(current.version())))) {
                case Done done -> {
                    return;
                }
                case Conflict conflict -> current = conflict.current().orElseThrow();
            }
        }
    }

    @Test
    @Rule("state/25")
    default void oneMembersConflictFailsNoOther(StateStore store) throws Exception {
        done(store, put("taken", "1"));
        List<Committed> answers = Crowd.of(
                100,
                member -> member % 2 == 0
                        ? commit(store, put("mine/" + member, "1", Expectation.absent()))
                        : commit(store, put("theirs/" + member, "1"), put("taken", "2", Expectation.absent())));
        for (int member = 0; member < 100; member++) {
            assertEquals(member % 2 == 0, answers.get(member) instanceof Done, "member " + member);
            assertEquals(member % 2 == 0 ? "1" : "nothing", text(store, "mine/" + member));
            assertEquals("nothing", text(store, "theirs/" + member));
        }
    }

    @Test
    @Rule("state/26")
    default void theSameIdAtOnceIsDoneOnce(StateStore store) throws Exception {
        done(store, put("k", "0"));
        for (int round = 0; round < 10; round++) {
            CommitId id = new CommitId("round-" + round);
            String path = "once/" + round;
            Set<Committed> answers = new HashSet<>(Crowd.of(
                    16, member -> store.commit(id, List.of(put(path, "1", Expectation.absent())))));
            long version = store.find(Key.state(path)).orElseThrow().version();
            assertEquals(Set.of(new Done(version)), answers);
        }
    }

    @Test
    @Rule("state/27")
    default void findingManyIsOfOneMoment(StateStore store) throws Exception {
        List<Key> keys = List.of(Key.state("pair/a"), Key.state("pair/b"), Key.history("20261121/c"));
        done(
                store,
                put(keys.get(0), "0", Expectation.anything()),
                put(keys.get(1), "0", Expectation.anything()),
                put(keys.get(2), "0", Expectation.anything()));
        CountDownLatch written = new CountDownLatch(1);
        Crowd.of(4, member -> {
            if (member == 0) {
                for (int i = 1; i <= 300; i++) {
                    String value = String.valueOf(i);
                    done(
                            store,
                            put(keys.get(0), value, Expectation.anything()),
                            put(keys.get(1), value, Expectation.anything()),
                            put(keys.get(2), value, Expectation.anything()));
                }
                written.countDown();
            } else {
                while (written.getCount() > 0) {
                    List<Optional<Entry>> found = store.findAll(keys);
                    assertEquals(
                            1,
                            new HashSet<>(found.stream()
                                            .map(e -> e.orElseThrow().version())
                                            .toList())
                                    .size(),
                            () -> "not of one moment: " + found);
                }
            }
            return true;
        });
    }

    @Test
    @Rule("state/28")
    default void aReadSeesEveryCommitThatReturned(StateStore store) throws Exception {
        Crowd.of(16, member -> {
            for (int i = 0; i < 50; i++) {
                long version = done(store, put("seen/" + member, String.valueOf(i)), put("all", member + "." + i));
                assertEquals(String.valueOf(i), text(store, "seen/" + member));
                assertEquals(
                        version,
                        store.findAll(List.of(Key.state("seen/" + member)))
                                .getFirst()
                                .orElseThrow()
                                .version());
                assertTrue(store.find(Key.state("all")).orElseThrow().version() >= version);
            }
            return true;
        });
    }
}
