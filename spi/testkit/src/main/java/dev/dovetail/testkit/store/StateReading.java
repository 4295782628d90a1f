package dev.dovetail.testkit.store;

import static dev.dovetail.testkit.store.StateContract.delete;
import static dev.dovetail.testkit.store.StateContract.done;
import static dev.dovetail.testkit.store.StateContract.paths;
import static dev.dovetail.testkit.store.StateContract.put;
import static dev.dovetail.testkit.store.StateContract.refused;
import static dev.dovetail.testkit.store.StateContract.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is found, what is listed, and what is not. */
interface StateReading extends StateContract {
    @Test
    @Rule("state/1")
    default void whatWasWrittenIsFoundByteForByte(StateStore store) {
        byte[] every = new byte[256];
        IntStream.range(0, 256).forEach(i -> every[i] = (byte) i);
        Key key = Key.state("t/default/bytes");
        long version = done(store, new Change.Put(key, Bytes.of(every), Expectation.anything()));
        assertEquals(Optional.of(new Entry(key, version, Bytes.of(every))), store.find(key));
        Key empty = Key.state("t/default/empty");
        done(store, new Change.Put(empty, Bytes.empty(), Expectation.absent()));
        assertEquals(Bytes.empty(), store.find(empty).orElseThrow().value());
        assertTrue(store.find(Key.state("t/default/other")).isEmpty());
        done(store, delete("t/default/bytes", Expectation.anything()));
        assertTrue(store.find(key).isEmpty());
    }

    @Test
    @Rule("state/2")
    default void aKeyThatBeginsAnotherIsAnotherKey(StateStore store) {
        String longest = "k" + "/".repeat(511);
        done(
                store,
                put("k", "short"),
                put("k/", "slash"),
                put("k/a", "long"),
                put("K", "capital"),
                put(longest, "longest"));
        done(store, delete("k/a", Expectation.anything()));
        assertEquals("short", text(store, "k"));
        assertEquals("slash", text(store, "k/"));
        assertEquals("nothing", text(store, "k/a"));
        assertEquals("capital", text(store, "K"));
        assertEquals("longest", text(store, longest));
    }

    @Test
    @Rule("state/3")
    default void aValueOfOneMebibyteIsFine(StateStore store) {
        byte[] large = new byte[1 << 20];
        new Random(1).nextBytes(large);
        Key key = Key.state("large");
        done(store, new Change.Put(key, Bytes.of(large), Expectation.absent()));
        assertArrayEquals(large, store.find(key).orElseThrow().value().toArray());
        assertArrayEquals(
                large,
                store.list(Range.prefix(Space.STATE, "lar"), 1)
                        .getFirst()
                        .value()
                        .toArray());
    }

    @Test
    @Rule("state/4")
    default void findingManyAnswersInTheOrderAsked(StateStore store) {
        done(store, put("a", "1"), put("b", "2"), put("c", "3"));
        List<Key> asked =
                List.of(Key.state("c"), Key.state("none"), Key.state("a"), Key.state("c"), Key.history("20261121/a"));
        assertEquals(
                List.of("3", "nothing", "1", "3", "nothing"),
                store.findAll(asked).stream().map(StateContract::text).toList());
        assertEquals(List.of(), store.findAll(List.of()));
    }

    @Test
    @Rule("state/5")
    default void listsAreInKeyOrderEitherWayAndNoLongerThanAsked(StateStore store) {
        done(store, put("a/2", ""), put("a/10", ""), put("b", ""), put("a/1", ""), put("a0", ""), put("A", ""));
        Range all = Range.prefix(Space.STATE, "");
        assertEquals(List.of("A", "a/1", "a/10", "a/2", "a0", "b"), paths(store.list(all, 100)));
        assertEquals(List.of("b", "a0", "a/2", "a/10", "a/1", "A"), paths(store.list(all.reversed(), 100)));
        assertEquals(List.of("A", "a/1"), paths(store.list(all, 2)));
        assertEquals(List.of("b", "a0"), paths(store.list(all.reversed(), 2)));
        assertEquals(List.of(), store.list(all, 0));
        done(store, delete("a/10", Expectation.anything()), put("a/3", ""));
        assertEquals(List.of("a/1", "a/2", "a/3"), paths(store.list(Range.prefix(Space.STATE, "a/"), 100)));
    }

    @Test
    @Rule("state/6")
    default void aRangeHasItsBeginningAndNotItsEnd(StateStore store) {
        done(store, put("a", ""), put("b", ""), put("b/1", ""), put("c", ""), put("d", ""));
        assertEquals(List.of("b", "b/1"), paths(store.list(new Range(Space.STATE, "b", "c", false), 9)));
        assertEquals(List.of("b/1", "b"), paths(store.list(new Range(Space.STATE, "b", "c", true), 9)));
        assertEquals(List.of("a", "b"), paths(store.list(new Range(Space.STATE, "", "b/", false), 9)));
        assertEquals(List.of("d", "c"), paths(store.list(new Range(Space.STATE, "c", "", true), 9)));
        assertEquals(List.of("b", "b/1"), paths(store.list(Range.prefix(Space.STATE, "b"), 9)));
        assertEquals(List.of(), store.list(new Range(Space.STATE, "c", "a", false), 9));
        assertEquals(List.of(), store.list(new Range(Space.STATE, "b", "b", true), 9));
    }

    @Test
    @Rule("state/7")
    default void pagesHaveNoGapAndNoRepeatWhileOthersWriteElsewhere(StateStore store) throws Exception {
        List<String> expected =
                IntStream.range(0, 300).mapToObj(i -> "page/%03d".formatted(i)).toList();
        for (String path : expected) {
            done(store, put(path, path));
        }
        Crowd.of(6, member -> {
            if (member >= 4) {
                for (int i = 0; i < 100; i++) {
                    done(store, put((member == 4 ? "pag/" : "pagf/") + i, ""));
                    done(store, put("page/%03d".formatted(i), "again"));
                }
            } else {
                Range range = Range.prefix(Space.STATE, "page/");
                List<String> order = member % 2 == 0 ? expected : expected.reversed();
                assertEquals(order, paged(store, member % 2 == 0 ? range : range.reversed(), 7 + member));
            }
            return true;
        });
    }

    private static List<String> paged(StateStore store, Range range, int limit) {
        List<String> all = new ArrayList<>();
        for (Range rest = range; ; rest = rest.after(all.getLast())) {
            List<String> page = paths(store.list(rest, limit));
            all.addAll(page);
            if (page.size() < limit) {
                return all;
            }
        }
    }

    @Test
    @Rule("state/8")
    default void historyIsKeptApart(StateStore store) {
        Key settled = Key.history("20261121/a");
        done(store, put(settled, "settled", Expectation.absent()), put("20261121/a", "open"));
        assertEquals("settled", text(store.find(settled)));
        assertEquals("open", text(store, "20261121/a"));
        done(store, put(Key.history("20261122/b"), "next day", Expectation.anything()));
        assertEquals(List.of("20261121/a", "20261122/b"), paths(store.list(Range.prefix(Space.HISTORY, ""), 9)));
        assertEquals(
                List.of("20261122/b", "20261121/a"),
                paths(store.list(Range.prefix(Space.HISTORY, "").reversed(), 9)));
        assertEquals(List.of("20261121/a"), paths(store.list(Range.prefix(Space.STATE, ""), 9)));
        store.drop(Range.prefix(Space.HISTORY, "20261121/"));
        assertEquals("nothing", text(store.find(settled)));
        assertEquals("open", text(store, "20261121/a"));
        assertEquals(List.of("20261122/b"), paths(store.list(Range.prefix(Space.HISTORY, ""), 9)));
    }

    @Test
    @Rule("state/9")
    default void historyExpectsNoVersionAndBeginsWithTheDay(StateStore store) {
        Key settled = Key.history("20261121/a");
        long version = done(store, put(settled, "1", Expectation.absent()));
        assertEquals(
                settled,
                StateContract.conflict(store, put(settled, "2", Expectation.absent()))
                        .key());
        refused(Kind.REJECTED, "20261121/a", () -> done(store, put(settled, "2", Expectation.version(version))));
        refused(Kind.REJECTED, "today/a", () -> done(store, put(Key.history("today/a"), "", Expectation.absent())));
        assertEquals("1", text(store.find(settled)));
    }

    @Test
    @Rule("state/10")
    default void wrongArgumentsAreRejectedAndWriteNothing(StateStore store) {
        Bytes tooLarge = Bytes.given(new byte[(1 << 20) + 1]);
        refused(
                Kind.REJECTED,
                "too/large",
                () -> done(
                        store,
                        put("a", "1"),
                        new Change.Put(Key.state("too/large"), tooLarge, Expectation.anything())));
        refused(Kind.REJECTED, "twice", () -> done(store, put("a", "1"), put("twice", "1"), put("twice", "2")));
        refused(
                Kind.REJECTED,
                "twice",
                () -> done(store, put("twice", "1"), new Change.Check(Key.state("twice"), Expectation.absent())));
        refused(Kind.REJECTED, "-1", () -> store.list(Range.prefix(Space.STATE, ""), -1));
        assertEquals(List.of(), store.list(Range.prefix(Space.STATE, ""), 10));
        CommitId id = new CommitId("was-rejected");
        refused(Kind.REJECTED, "twice", () -> store.commit(id, List.of(put("twice", "1"), put("twice", "2"))));
        store.commit(id, List.of(put("once", "1")));
        assertEquals("1", text(store, "once"));
    }
}
