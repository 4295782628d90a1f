package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.catalog.Stored;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What nothing refers to goes from the blob store, after a while, and nothing else does. */
@Tag("ST-10")
class SweepTest extends Sweeping {
    @Test
    void whatADeployLeftThatDiedGoesAfterTheGraceAndWhatIsReferredToStays() throws Exception {
        Digest left = left();
        Digest used = node.deploy("used", "return 1");
        node.layer("shared", node.catalog.archive("file", new byte[] {1}));
        assertEquals(0, node.sweep());
        pass(SweptNode.GRACE.minus(HOUR));
        assertEquals(0, node.sweep());
        assertTrue(has(left));
        pass(HOUR.multipliedBy(2));
        assertEquals(1, node.sweep());
        assertFalse(has(left));
        pass(LONG);
        assertEquals(0, node.sweep());
        assertTrue(has(used));
        assertEquals(List.of(), Aged.keys(state, "c/blobs/unused/"));
    }

    @Test
    void theCodeOfADeletedFunctionGoesWhenItIsRetainedNoLongerAndNothingNeedsIt() throws Exception {
        Digest one = node.deploy("gone", "return 1");
        Digest two = node.deploy("gone", "return 2");
        node.delete("gone");
        sweptFor(Duration.ofDays(91));
        assertEquals(List.of(), Aged.keys(state, "t/default/fv/"), "it is retained no longer");
        assertEquals(2, Aged.keys(state, "t/default/fr/").size(), "something may have begun on it");
        Stored.Pin pin = new Stored.Pin(SweptNode.TENANT, Name.of("gone"), 1);
        node.open.add(pin);
        sweptFor(Duration.ofDays(60));
        assertTrue(has(one), "something is open on it");
        assertFalse(has(two));
        assertEquals(1, Aged.keys(state, "t/default/fr/").size());
        node.open.clear();
        sweptFor(SweptNode.UNNEEDED.plus(LONG).plusDays(1));
        assertFalse(has(one));
        assertEquals(List.of(), Aged.keys(state, "t/default/fr/"));
        node.deploy("gone", "return 3");
        assertEquals(List.of("t/default/fv/gone/000000003"), Aged.keys(state, "t/default/fv/"), "numbers go on");
    }

    private void sweptFor(Duration time) throws Exception {
        for (Instant end = now.plus(time); now.isBefore(end); pass(Duration.ofHours(12))) {
            node.sweep();
        }
    }

    @Test
    void theCodeOfAVersionThatWasDeletedGoesUnlessAnotherHasIt() throws Exception {
        Digest one = node.deploy("changed", "return 1");
        Digest two = node.deploy("changed", "return 2");
        assertEquals(two, node.configure("changed", "e"));
        node.deleteVersion("changed", 1);
        node.deleteVersion("changed", 2);
        sweptFor(SweptNode.UNNEEDED.plus(LONG).plusDays(2));
        assertFalse(has(one));
        assertTrue(has(two));
        assertEquals(
                "t/default/fv/changed/000000003",
                Aged.keys(state, "t/default/f").getLast());
    }

    @Test
    void aDeployThatTakesWeeksBetweenKeepingItsCodeAndItsCommitLosesNothing() throws Exception {
        SlowStore.Act weeks = () -> {
            node.sweep();
            pass(LONG);
            assertEquals(1, node.sweep(), "nobody knows that it is needed");
        };
        try (SweptNode slow = node("two", new SlowStore(state, "/fv/", weeks), false)) {
            Digest code = slow.deploy("slow", "return 1");
            assertTrue(has(code));
            sweptFor(LONG.plusDays(1));
            assertTrue(has(code));
        }
        try (SweptNode slow = node("three", new SlowStore(state, "/layer/", weeks), false)) {
            byte[] archive = slow.catalog.archive("file", new byte[] {2});
            slow.layer("slow", archive);
            assertTrue(has(Digest.of(archive)));
        }
    }

    @Test
    void whatIsCommittedWhileASweepLooksStays() throws Exception {
        CountDownLatch kept = new CountDownLatch(1);
        CountDownLatch looked = new CountDownLatch(1);
        SlowStore waits = new SlowStore(state, "/fv/", () -> {
            kept.countDown();
            looked.await();
        });
        try (SweptNode slow = node("two", waits, false);
                var threads = Executors.newSingleThreadExecutor()) {
            Future<Digest> deploying = threads.submit(() -> slow.deploy("slow", "return 1"));
            kept.await();
            node.sweep();
            pass(LONG);
            node.close();
            SlowStore looks = new SlowStore(state, "c/blobs/swept", () -> {
                looked.countDown();
                deploying.get();
            });
            node = node("three", looks, true);
            assertEquals(0, node.sweep(), "it was committed just before this sweep began to delete");
            assertTrue(has(deploying.get()));
        }
    }

    @Test
    void aVersionIsNotMadeOfCodeThatWasDeletedMeanwhile() throws Exception {
        Digest code = node.deploy("shrinking", "return 1");
        SlowStore.Act months = () -> {
            node.delete("shrinking");
            node.deploy("shrinking", "return 2");
            sweptFor(SweptNode.UNNEEDED.plus(LONG).plusDays(2));
            assertFalse(has(code));
        };
        try (SweptNode slow = node("two", new SlowStore(state, "/fv/", months), false)) {
            var refused = assertThrows(Refusal.class, () -> slow.configure("shrinking", "e"));
            assertTrue(refused.detail().contains("was deleted meanwhile"), refused.detail());
        }
    }

    @Test
    void aDeployThatCannotCommitLeavesWhatGoesLater() throws Exception {
        CutStore cut = new CutStore(state);
        cut.cutBefore(changes -> CutStore.touches(changes, "/fv/"));
        try (SweptNode dying = node("two", cut, false)) {
            assertThrows(PluginFailure.class, () -> dying.deploy("never", "return 1"));
            cut.bury();
        }
        List<Digest> left = new ArrayList<>();
        blobs.scan(SweptNode.TENANT, left::add);
        assertEquals(1, left.size());
        node.sweep();
        pass(LONG);
        assertEquals(1, node.sweep());
        assertFalse(has(left.getFirst()));
    }
}
