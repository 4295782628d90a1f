package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where it cannot be known what the blobs are for, they stay. */
@Tag("ST-10")
class SweepDoubtsTest extends Sweeping {
    @Test
    void asLongAsItIsNotKnownWhatTimeItIsNothingBegins() throws Exception {
        Digest left = left();
        pass(LONG);
        Instant today = now;
        now = Instant.EPOCH; // as a calendar says it that the store has told nothing
        assertEquals(0, node.sweep());
        now = today;
        assertEquals(0, node.sweep(), "its time begins now");
        assertTrue(has(left));
        assertEquals(1, Aged.keys(state, "c/blobs/unused/").size());
        pass(LONG);
        assertEquals(1, node.sweep());
    }

    @Test
    void whatIsDeployedAgainStaysAlsoWhenClocksDiffer() throws Exception {
        Digest code = left();
        node.close();
        try (SweptNode ahead = new SweptNode(folder.resolve("two"), state, blobs, () -> now.plus(HOUR), true)) {
            ahead.sweep();
            pass(LONG);
            assertEquals(code, left()); // put again, and not committed yet
            assertEquals(0, ahead.sweep());
            assertTrue(has(code));
            pass(SweptNode.GRACE);
            assertEquals(0, ahead.sweep(), "its time began anew");
            pass(HOUR.multipliedBy(2));
            assertEquals(1, ahead.sweep());
        }
    }

    /** A state store that does not tell all. */
    private static final class Silent implements Passing {
        private final StateStore it;
        private Predicate<Range> hides = _ -> false;
        private boolean fails;

        Silent(StateStore it) {
            this.it = it;
        }

        @Override
        public StateStore it() {
            return it;
        }

        @Override
        public List<Entry> list(Range range, int limit) {
            if (!hides.test(range)) {
                return it.list(range, limit);
            }
            if (fails) {
                throw new PluginException(PluginException.Kind.UNAVAILABLE, "half way");
            }
            return List.of();
        }
    }

    @Test
    void aReadThatFailsOrTellsNothingDeletesNothing() throws Exception {
        Digest left = left();
        Digest used = node.deploy("used", "return 1");
        Silent silent = new Silent(state);
        node.close();
        node = node("two", silent, true);
        for (String kind : List.of("fv/", "fr/", "layer/", "c/plugins/agreed/", "c/blobs/unused/")) {
            silent.hides = range -> range.from().contains(kind);
            silent.fails = true;
            for (int i = 0; i < 3; i++) {
                assertEquals(0, node.sweep(), kind);
                pass(LONG);
            }
        }
        silent.fails = false;
        silent.hides = _ -> false;
        node.sweep();
        pass(LONG);
        silent.hides = range -> range.from().startsWith("t/");
        node.close();
        try (SweptNode empty =
                node("three", silent, true)) { // it knows nothing, since the store says that there is nothing
            empty.sweep();
            assertTrue(has(used));
            silent.hides = _ -> false;
            empty.sweep();
            pass(LONG);
            silent.hides = range -> range.from().startsWith("t/");
            empty.sweep();
            assertTrue(has(used), "it was referred to the last time");
            assertFalse(has(left));
        }
    }

    @Test
    void ifItIsForgottenSinceWhenNothingRefersToABlobItsTimeBeginsAnew() throws Exception {
        Digest left = left();
        node.sweep();
        pass(LONG);
        state.drop(Range.prefix(Key.Space.STATE, "c/blobs/"));
        node.sweep();
        assertTrue(has(left));
        pass(LONG);
        node.sweep();
        assertFalse(has(left));
    }

    @Test
    void whatAnotherStateStoreRefersToStays() throws Exception {
        Digest used;
        InMemoryStateStore other = new InMemoryStateStore();
        try (SweptNode neighbour = node("other", other, true)) {
            used = neighbour.deploy("used", "return 1");
            neighbour.sweep();
            node.sweep();
            for (int i = 0; i < 4; i++) {
                pass(Duration.ofDays(10));
                assertEquals(0, neighbour.sweep());
                assertEquals(0, node.sweep());
            }
            assertTrue(has(used));
        }
        pass(LONG);
        node.sweep(); // the other is not there any more
        pass(LONG);
        assertEquals(1, node.sweep());
        assertFalse(has(used));
    }

    @Test
    void jarsThatAreAgreedOnStayAndOthersGo() throws Exception {
        Name plugins = Name.of("plugins");
        Digest agreed = blobs.put(plugins, new ByteArrayInputStream(new byte[] {1}));
        Digest replaced = blobs.put(plugins, new ByteArrayInputStream(new byte[] {2}));
        String document =
                "{\"schema\":1,\"revision\":1,\"use\":true,\"versions\":{\"1.0.0\":\"" + agreed.hex() + "\"}}";
        state.commit(
                CommitId.fresh(),
                List.of(new Change.Put(
                        Key.state("c/plugins/agreed/some"), Bytes.utf8(document), Expectation.anything())));
        node.sweep();
        pass(LONG);
        assertEquals(1, node.sweep());
        assertTrue(blobs.copy(plugins, agreed, OutputStream.nullOutputStream()));
        assertFalse(blobs.copy(plugins, replaced, OutputStream.nullOutputStream()));
        state.commit(
                CommitId.fresh(),
                List.of(new Change.Put(
                        Key.state("c/plugins/agreed/newer"), Bytes.utf8("{\"schema\":2}"), Expectation.anything())));
        Digest left = left();
        node.sweep();
        pass(LONG);
        assertEquals(0, node.sweep(), "what a newer kernel wrote cannot be read");
        assertTrue(has(left));
    }
}
