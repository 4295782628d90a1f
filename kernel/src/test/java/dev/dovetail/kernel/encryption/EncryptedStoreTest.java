package dev.dovetail.kernel.encryption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is under the keys of executions in the store that is encrypted, and who can read it. */
@Tag("WF-06")
class EncryptedStoreTest {
    private static final Key ORDER = Key.state("t/acme/o/1");
    private static final Bytes TEXT = Bytes.utf8("{\"iban\":\"DE02120300000000202051\"}");

    private final InMemoryStateStore raw = new InMemoryStateStore();

    @TempDir
    private Path folder;

    private StateStore with(String... keys) throws IOException {
        Path file = KeyFiles.write(folder.resolve("key"), keys);
        return Encryption.of(folder.resolve("data"), file.toString()).around(raw);
    }

    private StateStore without() {
        return Encryption.of(folder.resolve("data"), "").around(raw);
    }

    private static Change put(Key key, Bytes value) {
        return new Change.Put(key, value, Expectation.anything());
    }

    private static void put(StateStore store, Change... changes) {
        assertInstanceOf(Committed.Done.class, store.commit(CommitId.fresh(), List.of(changes)));
    }

    private static Bytes value(StateStore store, Key key) {
        return store.find(key).orElseThrow().value();
    }

    @Test
    void whatExecutionsCarryIsEncryptedAndWhatIsDefinedIsNot() throws Exception {
        StateStore store = with(KeyFiles.key());
        List<Key> carried = List.of(
                ORDER,
                Key.state("t/acme/j/1/000001"),
                Key.state("t/acme/i/1/event-1"),
                Key.state("t/acme/d/1"),
                Key.state("t/acme/idem/f/1"),
                Key.state("t/acme/z/1/e/1"),
                Key.state("t/acme/of-a-later-version/1"),
                Key.history("20261121/t/acme/w/1/0000"),
                Key.history("20261121/t/acme/x/1"));
        List<Key> plain = List.of(Key.state("c/cluster"), Key.state("t/acme/fn/f"), Key.state("t/acme/layer/l/1"));
        for (Key each : carried) {
            put(store, put(each, TEXT));
            assertTrue(Envelope.isSealed(value(raw, each)), each.toString());
            assertFalse(value(raw, each).text().contains("DE02"), each.toString());
        }
        for (Key each : plain) {
            put(store, put(each, TEXT));
            assertEquals(TEXT, value(raw, each), each.toString());
        }
        Key marker = Key.state("t/acme/w/go/1");
        put(store, put(marker, Bytes.empty()));
        assertTrue(value(raw, marker).isEmpty(), "nothing to hide");
        carried.forEach(each -> assertEquals(TEXT, value(store, each)));
        plain.forEach(each -> assertEquals(TEXT, value(store, each)));
        assertEquals(
                TEXT, store.findAll(List.of(ORDER)).getFirst().orElseThrow().value());
        assertEquals(
                TEXT,
                store.list(Range.prefix(Key.Space.STATE, "t/acme/o/"), 9)
                        .getFirst()
                        .value());
        Committed conflict = store.commit(CommitId.fresh(), List.of(new Change.Put(ORDER, TEXT, Expectation.absent())));
        assertEquals(
                TEXT,
                assertInstanceOf(Committed.Conflict.class, conflict)
                        .current()
                        .orElseThrow()
                        .value());
    }

    @Test
    void theSameTextIsNeverEncryptedTheSameWayTwice() throws Exception {
        String key = KeyFiles.key();
        Set<Bytes> seen = new HashSet<>();
        for (int process = 0; process < 3; process++) {
            StateStore store = with(key);
            for (int i = 0; i < 100; i++) {
                put(store, put(ORDER, TEXT));
                assertTrue(seen.add(value(raw, ORDER)), "of process " + process + ", the " + i + "th");
            }
        }
    }

    @Test
    void aRowThatWasChangedOrPutElsewhereDoesNotOpen() throws Exception {
        StateStore store = with(KeyFiles.key());
        put(store, put(ORDER, TEXT));
        byte[] sealed = value(raw, ORDER).toArray();
        Key other = Key.state("t/other/o/1");
        put(raw, put(other, Bytes.of(sealed)), put(Key.history("20261121/t/acme/o/1"), Bytes.of(sealed)));
        assertDoesNotOpen(store, other);
        assertDoesNotOpen(store, Key.history("20261121/t/acme/o/1"));
        for (int i = 4; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            put(raw, put(ORDER, Bytes.of(changed)));
            assertDoesNotOpen(store, ORDER);
        }
    }

    private static void assertDoesNotOpen(StateStore store, Key key) {
        PluginException no = assertThrows(PluginException.class, () -> store.find(key));
        assertEquals(PluginException.Kind.UNAVAILABLE, no.kind(), "it may be put right: nothing is given up");
    }

    @Test
    void whoHasNotTheKeyCanDoNothingWithTheStoreAndIsToldWhy() throws Exception {
        put(with(KeyFiles.key()), put(ORDER, TEXT));
        List<Optional<Bytes>> before = everything();
        for (StateStore stranger : List.of(with(KeyFiles.key()), without())) {
            for (int i = 0; i < 2; i++) {
                PluginException no = assertThrows(
                        PluginException.class,
                        () -> stranger.commit(CommitId.fresh(), List.of(put(Key.state("c/x"), TEXT))));
                assertEquals(PluginException.Kind.REJECTED, no.kind());
                assertTrue(no.getMessage().contains("executions.encryption"), no.getMessage());
                assertThrows(PluginException.class, () -> stranger.drop(Range.prefix(Key.Space.STATE, "")));
            }
        }
        assertEquals(before, everything());
    }

    private List<Optional<Bytes>> everything() {
        return raw.list(Range.prefix(Key.Space.STATE, ""), 100).stream()
                .map(each -> Optional.of(each.value()))
                .toList();
    }

    @Test
    void aNewKeyIsWrittenWithAndTheOldOneIsReadWithAsLongAsItIsListed() throws Exception {
        String old = KeyFiles.key();
        String fresh = KeyFiles.key();
        Key second = Key.state("t/acme/o/2");
        put(with(old), put(ORDER, TEXT));
        StateStore runsOn = with(old);
        runsOn.find(ORDER);
        StateStore both = with(fresh, old);
        assertEquals(TEXT, value(both, ORDER));
        put(both, put(second, TEXT));
        assertFalse(Envelope.keyId(value(raw, ORDER)) == Envelope.keyId(value(raw, second)));
        assertEquals(TEXT, value(runsOn, second), "who runs on looks into the file again");
        StateStore only = with(fresh);
        assertEquals(TEXT, value(only, second));
        PluginException no = assertThrows(PluginException.class, () -> only.find(ORDER));
        assertEquals(PluginException.Kind.UNAVAILABLE, no.kind());
        assertEquals(TEXT, value(with(fresh, old), ORDER), "nothing was lost by it");
        assertThrows(PluginException.class, () -> with(old).find(second), "it is not the one that is written with");
    }

    @Test
    void whatWasThereBeforeIsReadAndOneThatRunsOnWithoutAKeyTakesNothingForWhatItIsNot() throws Exception {
        StateStore runsOn = without();
        put(runsOn, put(ORDER, TEXT));
        assertEquals(TEXT, value(raw, ORDER));
        StateStore store = with(KeyFiles.key());
        assertEquals(TEXT, value(store, ORDER));
        Key second = Key.state("t/acme/o/2");
        put(store, put(second, TEXT));
        assertEquals(TEXT, value(runsOn, ORDER));
        PluginException no = assertThrows(PluginException.class, () -> runsOn.find(second));
        assertEquals(PluginException.Kind.UNAVAILABLE, no.kind());
        put(runsOn, put(Key.state("t/acme/o/3"), TEXT));
        assertEquals(TEXT, value(store, Key.state("t/acme/o/3")));
    }

    @Test
    void withoutEncryptionEveryValueIsWhatItWas() {
        StateStore store = without();
        Bytes likeIt = Bytes.of(new byte[] {
            (byte) 0xDB,
            'D',
            'X',
            1,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0
        });
        assertTrue(Envelope.isSealed(likeIt));
        put(store, put(ORDER, likeIt));
        assertEquals(likeIt, value(store, ORDER));
        assertEquals(1, raw.list(Range.prefix(Key.Space.STATE, ""), 9).size(), "nothing else is written");
    }

    @Test
    void aKeyFileThatIsNoneIsRefusedInWordsThatTellNothingOfIt() throws Exception {
        assertRefused("head -c 32 /dev/urandom", folder.resolve("none").toString());
        assertRefused(
                "expected 32 bytes", KeyFiles.write(folder.resolve("empty")).toString());
        String half = KeyFiles.key().substring(8);
        IllegalStateException no = assertRefused(
                "expected 32 bytes",
                KeyFiles.write(folder.resolve("half"), KeyFiles.key(), half).toString());
        assertFalse(no.getMessage().contains(half));
        Path open = KeyFiles.write(folder.resolve("open"), KeyFiles.key());
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r-----"));
        assertRefused("chmod 600", open.toString());
        Files.createDirectories(folder.resolve("data"));
        KeyFiles.write(folder.resolve("data/key"), KeyFiles.key());
        assertRefused("in the data folder", "key");
        KeyFiles.write(folder.resolve("beside"), KeyFiles.key());
        Encryption.of(folder.resolve("data"), "../beside");
    }

    private IllegalStateException assertRefused(String words, String file) {
        IllegalStateException no =
                assertThrows(IllegalStateException.class, () -> Encryption.of(folder.resolve("data"), file));
        assertTrue(no.getMessage().contains(words), no.getMessage());
        return no;
    }
}
