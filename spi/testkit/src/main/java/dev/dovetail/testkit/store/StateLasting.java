package dev.dovetail.testkit.store;

import static dev.dovetail.testkit.store.StateContract.delete;
import static dev.dovetail.testkit.store.StateContract.done;
import static dev.dovetail.testkit.store.StateContract.paths;
import static dev.dovetail.testkit.store.StateContract.put;
import static dev.dovetail.testkit.store.StateContract.refused;
import static dev.dovetail.testkit.store.StateContract.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Rule;
import dev.dovetail.testkit.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What is still so after the store was closed. */
interface StateLasting extends StateContract {
    @Test
    @Rule("state/29")
    default void whatReturnedIsThereAfterReopening(StateStore store, Context context) throws Exception {
        long version = done(store, put("a", "1"), put("b", "2"), put("c/1", ""), put("c/2", ""));
        done(store, put(Key.history("20261121/a"), "settled", Expectation.absent()));
        done(store, delete("b", Expectation.anything()));
        store.drop(Range.prefix(Space.STATE, "c/"));
        store.close();
        for (int round = 0; round < 2; round++) {
            try (StateStore again = reopened(context)) {
                assertEquals(version, again.find(Key.state("a")).orElseThrow().version());
                assertEquals("1", text(again, "a"));
                assertEquals("settled", text(again.find(Key.history("20261121/a"))));
                assertEquals(List.of("a"), paths(again.list(Range.prefix(Space.STATE, ""), 9)));
            }
        }
    }

    @Test
    @Rule("state/30")
    default void versionsGrowOverReopening(StateStore store, Context context) throws Exception {
        done(store, put("a", "1"));
        long before = done(store, put("k", "1"));
        done(store, delete("k", Expectation.anything()));
        store.close();
        try (StateStore again = reopened(context)) {
            long after = done(again, put("k", "2", Expectation.absent()));
            assertTrue(after > before, after + " after " + before);
        }
    }

    @Test
    @Rule("state/31")
    default void idsAreKnownOverReopening(StateStore store, Context context) throws Exception {
        CommitId id = new CommitId("before");
        CommitId refused = new CommitId("conflicted");
        List<Change> changes = List.of(put("k", "1", Expectation.absent()));
        Committed first = store.commit(id, changes);
        Committed conflict = store.commit(refused, changes);
        done(store, delete("k", Expectation.anything()));
        store.close();
        try (StateStore again = reopened(context)) {
            assertEquals(first, again.commit(id, changes));
            assertEquals(conflict, again.commit(refused, changes));
            assertEquals("nothing", text(again, "k"));
        }
    }

    @Test
    @Rule("state/32")
    default void useAfterCloseIsRefusedAndClosingTwiceDoesNothing(StateStore store) {
        done(store, put("k", "1"));
        store.close();
        store.close();
        refused(Kind.UNAVAILABLE, "closed", () -> store.find(Key.state("k")));
        refused(Kind.UNAVAILABLE, "closed", () -> store.findAll(List.of(Key.state("k"))));
        refused(Kind.UNAVAILABLE, "closed", () -> store.list(Range.prefix(Space.STATE, ""), 1));
        refused(Kind.UNAVAILABLE, "closed", () -> done(store, put("k", "2")));
        refused(Kind.UNAVAILABLE, "closed", () -> store.drop(Range.prefix(Space.STATE, "")));
    }

    @Test
    @Rule("state/33")
    default void closingLosesNoCommitThatIsAnswered(StateStore store, Context context) throws Exception {
        CountDownLatch under = new CountDownLatch(20);
        List<List<String>> answered = Crowd.of(21, member -> {
            if (member == 20) {
                under.await();
                store.close();
                return List.of();
            }
            return written(store, "close/" + member + "/", under);
        });
        try (StateStore again = reopened(context)) {
            for (String path : answered.stream().flatMap(List::stream).toList()) {
                assertEquals("1", text(again, path), path);
            }
        }
    }

    /** Writes until the store is closed, and answers what it was told is written. */
    private static List<String> written(StateStore store, String prefix, CountDownLatch under) {
        List<String> done = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            String path = prefix + i;
            try {
                done(store, put(path, "1", Expectation.absent()));
            } catch (PluginException e) {
                assertEquals(Kind.UNAVAILABLE, e.kind(), e.getMessage());
                break;
            } finally {
                under.countDown();
            }
            done.add(path);
        }
        return done;
    }

    @Test
    @Rule("state/34")
    default void aCopyOpensWithWhatWasThere(StateStore store, Context context) throws Exception {
        Assumptions.assumeTrue(store instanceof StateStore.Backups, "the store makes no copies");
        for (int i = 0; i < 200; i++) {
            done(store, put("copy/%03d".formatted(i), "v" + i));
        }
        done(store, put(Key.history("20261121/a"), "settled", Expectation.absent()));
        List<Entry> before = store.list(Range.prefix(Space.STATE, "copy/"), 1_000);
        Path copy = Files.createTempDirectory(context.scratch(), "copy");
        CountDownLatch copied = new CountDownLatch(1);
        Crowd.of(2, member -> {
            for (int i = 0; member == 1 && copied.getCount() > 0; i++) {
                done(store, put("pair/a", "" + i), put("pair/b", "" + i));
            }
            if (member == 0) {
                ((StateStore.Backups) store).copyTo(copy);
                copied.countDown();
            }
            return true;
        });
        try (StateStore again = provider().open(Settings.of(provider().schema(), config()), new Homed(context, copy))) {
            assertEquals(before, again.list(Range.prefix(Space.STATE, "copy/"), 1_000));
            assertEquals("settled", text(again.find(Key.history("20261121/a"))));
            assertEquals(text(again, "pair/a"), text(again, "pair/b"));
            done(again, put("copy/000", "of its own"));
        }
        assertEquals("v0", text(store, "copy/000"));
        empty(copy);
    }

    private static void empty(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }
}
