package dev.dovetail.testkit.store;

import static dev.dovetail.testkit.store.StateContract.commit;
import static dev.dovetail.testkit.store.StateContract.conflict;
import static dev.dovetail.testkit.store.StateContract.delete;
import static dev.dovetail.testkit.store.StateContract.done;
import static dev.dovetail.testkit.store.StateContract.paths;
import static dev.dovetail.testkit.store.StateContract.put;
import static dev.dovetail.testkit.store.StateContract.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Committed.Conflict;
import dev.dovetail.spi.store.Committed.Done;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Rule;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a commit expects, does and answers. */
interface StateCommitting extends StateContract {
    @Test
    @Rule("state/11")
    default void versionsGrowWithEachWriteOverDeletionToo(StateStore store) {
        long first = done(store, put("k", "1"));
        assertTrue(first >= 1, "The first version is " + first);
        long second = done(store, put("k", "2"));
        assertTrue(second > first, second + " after " + first);
        done(store, delete("k", Expectation.anything()));
        long third = done(store, put("k", "3", Expectation.absent()));
        assertTrue(third > second, third + " after a deletion after " + second);
        store.drop(Range.prefix(Space.STATE, "k"));
        long fourth = done(store, put("k", "4", Expectation.absent()));
        assertTrue(fourth > third, fourth + " after a drop after " + third);
    }

    @Test
    @Rule("state/12")
    default void everyKeyThatWasWrittenHasTheVersionAnswered(StateStore store) {
        done(store, put("a", "0"));
        long version =
                done(store, put("a", "1"), put("b", "1"), put(Key.history("20261121/c"), "1", Expectation.absent()));
        List<Key> keys = List.of(Key.state("a"), Key.state("b"), Key.history("20261121/c"));
        assertEquals(
                List.of(version, version, version),
                store.findAll(keys).stream().map(e -> e.orElseThrow().version()).toList());
    }

    @Test
    @Rule("state/13")
    default void absentHoldsOnlyWhereNothingIs(StateStore store) {
        done(store, put("k", "1", Expectation.absent()));
        assertEquals(
                "1", text(conflict(store, put("k", "2", Expectation.absent())).current()));
        conflict(store, delete("k", Expectation.absent()));
        assertEquals("1", text(store, "k"));
        done(store, delete("k", Expectation.anything()));
        done(store, put("k", "3", Expectation.absent()));
        done(store, delete("none", Expectation.absent()));
    }

    @Test
    @Rule("state/14")
    default void aVersionHoldsOnlyForWhoHasIt(StateStore store) {
        long first = done(store, put("k", "1"));
        conflict(store, put("k", "x", Expectation.version(first + 1)));
        conflict(store, put("k", "x", Expectation.version(first - 1)));
        long second = done(store, put("k", "2", Expectation.version(first)));
        conflict(store, put("k", "x", Expectation.version(first)));
        conflict(store, delete("k", Expectation.version(first)));
        assertEquals("2", text(store, "k"));
        done(store, delete("k", Expectation.version(second)));
        assertTrue(conflict(store, put("k", "x", Expectation.version(second)))
                .current()
                .isEmpty());
        assertTrue(conflict(store, put("none", "x", Expectation.version(1)))
                .current()
                .isEmpty());
    }

    @Test
    @Rule("state/15")
    default void anythingHoldsAlways(StateStore store) {
        done(store, put("k", "1"));
        done(store, put("k", "2"));
        done(store, delete("k", Expectation.anything()));
        done(store, delete("k", Expectation.anything()));
        done(store, new Change.Check(Key.state("k"), Expectation.anything()));
        assertEquals("nothing", text(store, "k"));
    }

    @Test
    @Rule("state/16")
    default void aConflictTellsItsKeyAndTheEntryThere(StateStore store) {
        done(store, put("a", "1"));
        long version = done(store, put("b", "2"));
        Conflict conflict =
                conflict(store, put("a", "x"), put("b", "x", Expectation.version(version + 7)), put("c", "x"));
        assertEquals(Key.state("b"), conflict.key());
        assertEquals(store.find(Key.state("b")), conflict.current());
        assertEquals(version, conflict.current().orElseThrow().version());
        assertEquals(
                new Conflict(Key.state("none"), Optional.empty()),
                commit(store, put("none", "", Expectation.version(1))));
    }

    @Test
    @Rule("state/17")
    default void aCheckMustHoldAndWritesNothing(StateStore store) {
        long owner = done(store, put("owner", "me"));
        Change.Check mine = new Change.Check(Key.state("owner"), Expectation.version(owner));
        done(store, mine, put("work", "1"));
        assertEquals(owner, store.find(Key.state("owner")).orElseThrow().version());
        done(store, put("owner", "another", Expectation.version(owner)));
        Conflict conflict = conflict(store, mine, put("work", "2"));
        assertEquals("another", text(conflict.current()));
        assertEquals("1", text(store, "work"));
        done(store, new Change.Check(Key.state("none"), Expectation.absent()), put("work", "3"));
        conflict(store, new Change.Check(Key.state("owner"), Expectation.absent()), put("work", "4"));
        assertEquals("3", text(store, "work"));
    }

    @Test
    @Rule("state/18")
    default void aCommitIsMadeWholeOrNotAtAll(StateStore store) {
        done(store, put("there", "1"));
        Stream<Change> many = IntStream.range(0, 1_000).mapToObj(i -> put("many/%04d".formatted(i), "v" + i));
        Change[] all = Stream.concat(many, Stream.of(delete("there", Expectation.absent())))
                .toArray(Change[]::new);
        conflict(store, all);
        assertEquals(List.of("there"), paths(store.list(Range.prefix(Space.STATE, ""), 2_000)));
        all[1_000] = delete("there", Expectation.anything());
        done(store, all);
        assertEquals(1_000, store.list(Range.prefix(Space.STATE, ""), 2_000).size());
        assertEquals("v999", text(store, "many/0999"));
    }

    @Test
    @Rule("state/19")
    default void theSameIdAgainDoesNothingAndAnswersAsTheFirstTime(StateStore store) {
        CommitId id = new CommitId("again");
        Committed first = store.commit(id, List.of(put("k", "1", Expectation.absent())));
        done(store, put("k", "2"));
        assertEquals(first, store.commit(id, List.of(put("k", "1", Expectation.absent()))));
        assertEquals("2", text(store, "k"));
        done(store, delete("k", Expectation.anything()));
        assertEquals(first, store.commit(id, List.of(put("k", "1", Expectation.absent()))));
        assertEquals("nothing", text(store, "k"));
        CommitId checks = new CommitId("checks");
        List<Change> check = List.of(new Change.Check(Key.state("k"), Expectation.absent()));
        Committed held = store.commit(checks, check);
        done(store, put("k", "3"));
        assertEquals(held, store.commit(checks, check));
    }

    @Test
    @Rule("state/20")
    default void aConflictIsAnsweredAgainToo(StateStore store) {
        done(store, put("k", "1"));
        CommitId id = new CommitId("conflicts");
        List<Change> changes = List.of(put("k", "2", Expectation.absent()));
        Committed first = store.commit(id, changes);
        assertEquals("1", text(((Conflict) first).current()));
        done(store, delete("k", Expectation.anything()));
        assertEquals(first, store.commit(id, changes));
        assertEquals("nothing", text(store, "k"));
    }

    @Test
    @Rule("state/21")
    default void aDroppedRangeIsGoneAndTheRestIsNot(StateStore store) {
        for (int i = 0; i < 100; i++) {
            done(store, put("a/%02d".formatted(i), ""), put("b/%02d".formatted(i), ""));
        }
        store.drop(new Range(Space.STATE, "a/10", "a/90", true));
        assertEquals("nothing", text(store, "a/10"));
        assertEquals("", text(store, "a/90"));
        assertEquals(List.of(Optional.empty()), store.findAll(List.of(Key.state("a/50"))));
        assertEquals(20, store.list(Range.prefix(Space.STATE, "a/"), 200).size());
        assertEquals(
                100, store.list(Range.prefix(Space.STATE, "b/").reversed(), 200).size());
        done(store, put("a/50", "again", Expectation.absent()));
        assertEquals("again", text(store, "a/50"));
        store.drop(Range.prefix(Space.STATE, ""));
        assertEquals(List.of(), store.list(Range.prefix(Space.STATE, ""), 200));
        store.drop(Range.prefix(Space.STATE, "none/"));
    }

    @Test
    @Rule("state/22")
    default void aCommitWithoutChangesIsDone(StateStore store) {
        CommitId id = new CommitId("empty");
        Committed first = store.commit(id, List.of());
        assertTrue(first instanceof Done, first.toString());
        assertEquals(first, store.commit(id, List.of()));
    }
}
