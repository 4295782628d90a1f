package dev.dovetail.testkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.plugin.StateStoreProvider;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Committed.Conflict;
import dev.dovetail.spi.store.Committed.Done;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Contract;
import dev.dovetail.testkit.Opened;
import dev.dovetail.testkit.Settings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/** What the parts of the contract for state stores say to one another. */
@ExtendWith(Opened.class)
interface StateContract extends Contract<StateStoreProvider> {
    /** Opens the store again, after it was closed. */
    default StateStore reopened(Context context) throws InterruptedException {
        return provider().open(Settings.of(provider().schema(), config()), context);
    }

    static Change put(String path, String value, Expectation expected) {
        return put(Key.state(path), value, expected);
    }

    static Change put(Key key, String value, Expectation expected) {
        return new Change.Put(key, Bytes.utf8(value), expected);
    }

    static Change put(String path, String value) {
        return put(path, value, Expectation.anything());
    }

    static Change delete(String path, Expectation expected) {
        return new Change.Delete(Key.state(path), expected);
    }

    static Committed commit(StateStore store, Change... changes) {
        return store.commit(CommitId.fresh(), List.of(changes));
    }

    /** Commits what must succeed. */
    static long done(StateStore store, Change... changes) {
        return assertInstanceOf(Done.class, commit(store, changes)).version();
    }

    /** Commits what must not succeed. */
    static Conflict conflict(StateStore store, Change... changes) {
        return assertInstanceOf(Conflict.class, commit(store, changes));
    }

    static String text(Optional<Entry> entry) {
        return entry.map(e -> e.value().text()).orElse("nothing");
    }

    static String text(StateStore store, String path) {
        return text(store.find(Key.state(path)));
    }

    static List<String> paths(List<Entry> entries) {
        return entries.stream().map(e -> e.key().path()).toList();
    }

    /** The plugin says no, with this kind and a message that has this word. */
    static void refused(PluginException.Kind kind, String word, Executable use) {
        PluginException no = assertThrows(PluginException.class, use);
        assertEquals(kind, no.kind(), no.getMessage());
        if (!no.getMessage().contains(word)) {
            throw new AssertionError("Expected a message with \"" + word + "\" in it, but it is: " + no.getMessage());
        }
    }
}
