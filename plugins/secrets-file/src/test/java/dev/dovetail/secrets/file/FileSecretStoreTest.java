package dev.dovetail.secrets.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.plugin.SecretStoreProvider;
import dev.dovetail.spi.secret.SecretStore;
import dev.dovetail.spi.secret.WritableSecrets;
import dev.dovetail.testkit.Settings;
import dev.dovetail.testkit.secret.SecretStoreContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The file keeps the rules for secret stores, tells nothing without its key, and says what is wrong with it. */
@Tag("SC-02")
final class FileSecretStoreTest implements SecretStoreContract {
    /** A key that nobody has used. */
    private static final String FRESH = Base64.getEncoder().encodeToString(new byte[32]);

    @Override
    public SecretStoreProvider provider() {
        return new FileSecretStoreProvider();
    }

    private static Path file(Context context) {
        return context.home().resolve("secrets/secrets");
    }

    private static Path key(Context context) {
        return context.home().resolveSibling(context.home().getFileName() + ".key");
    }

    private SecretStore open(Context context) throws InterruptedException {
        return provider().open(Settings.of(provider().schema(), Map.of()), context);
    }

    private static void put(SecretStore store, String value) {
        ((WritableSecrets) store).put(TENANT, KEY, value, List.of("example.org"));
    }

    @Test
    @Tag("SC-04")
    void theFileTellsNoValueAndOnlyItsOwnerMayReadIt(SecretStore store, Context context) throws Exception {
        put(store, "correct-horse-battery");
        assertFalse(Files.readString(file(context)).contains("correct-horse"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file(context))));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key(context))));
        assertFalse(key(context).startsWith(context.home()), "the key is copied with the data");
    }

    @Test
    void theSameValueTwiceIsNotTheSameText(SecretStore store, Context context) throws Exception {
        put(store, "again");
        put(store, "again");
        List<String> lines = Files.readAllLines(file(context));
        assertFalse(lines.get(1).split(" ")[4].equals(lines.get(2).split(" ")[4]));
    }

    @Test
    void aChangedHostOpensNothing(SecretStore store, Context context) throws Exception {
        put(store, "value");
        Files.writeString(file(context), Files.readString(file(context)).replace("example.org", "evil.example"));
        PluginException refused = assertThrows(PluginException.class, () -> store.find(TENANT, KEY, Optional.empty()));
        assertEquals(Kind.UNAVAILABLE, refused.kind());
        assertTrue(refused.getMessage().contains("changed or moved"), refused.getMessage());
    }

    @Test
    void aValueMovedToAnotherNameOpensNothing(SecretStore store, Context context) throws Exception {
        put(store, "value");
        Files.writeString(file(context), Files.readString(file(context)).replace("api-key", "my-key"));
        assertThrows(PluginException.class, () -> store.find(TENANT, Name.of("my-key"), Optional.empty()));
    }

    @Test
    void anotherKeyIsRefusedInWords(SecretStore store, Context context) throws Exception {
        put(store, "value");
        store.close();
        Files.delete(key(context));
        PluginException refused = assertThrows(PluginException.class, () -> open(context));
        assertTrue(refused.getMessage().contains("another key"), refused.getMessage());
    }

    @Test
    void aNewKeyBeforeTheOldOneIsUsedFromTheNextStartOnAndTheOldOneCanGoThen(SecretStore running, Context context)
            throws Exception {
        put(running, "one");
        put(running, "two");
        String old = Files.readString(key(context));
        String head = Files.readAllLines(file(context)).getFirst();
        Files.writeString(key(context), FRESH + "\n" + old);
        put(running, "three");
        assertEquals(head, Files.readAllLines(file(context)).getFirst(), "whoever runs has read the old one only");
        try (SecretStore next = open(context)) {
            assertFalse(Files.readAllLines(file(context)).getFirst().equals(head));
            assertEquals("three", value(next, Optional.empty()));
            assertEquals("one", value(next, Optional.of("1")));
            assertEquals("two", value(running, Optional.of("2")), "the other process finds the new key");
            put(running, "four");
            assertEquals("four", value(next, Optional.empty()));
        }
        Files.writeString(key(context), FRESH + "\n");
        try (SecretStore after = open(context)) {
            assertEquals("four", value(after, Optional.empty()));
            assertEquals(
                    List.of("example.org"),
                    after.find(TENANT, KEY, Optional.empty()).orElseThrow().allowedHosts());
        }
    }

    @Test
    void aStartThatWasEndedWhileItPutTheFileUnderANewKeyDoesItTheNextTime(SecretStore store, Context context)
            throws Exception {
        put(store, "one");
        store.close();
        Files.writeString(key(context), FRESH + "\n" + Files.readString(key(context)));
        Files.writeString(file(context).resolveSibling("secrets.new"), "dovetail-secrets 1 key 00");
        try (SecretStore next = open(context)) {
            assertEquals("one", value(next, Optional.empty()));
        }
        Files.writeString(key(context), FRESH);
        try (SecretStore next = open(context)) {
            assertEquals("one", value(next, Optional.empty()));
        }
    }

    private static String value(SecretStore store, Optional<String> version) throws Exception {
        return store.find(TENANT, KEY, version).orElseThrow().reveal();
    }

    @Test
    void aKeyThatOthersMayReadIsRefused(SecretStore store, Context context) throws Exception {
        store.close();
        Files.setPosixFilePermissions(key(context), PosixFilePermissions.fromString("rw-r-----"));
        PluginException refused = assertThrows(PluginException.class, () -> open(context));
        assertEquals(Kind.REJECTED, refused.kind());
        assertTrue(refused.getMessage().contains("chmod 600"), refused.getMessage());
    }

    @Test
    void aKeyThatIsNoneIsRefusedWithoutBeingTold(SecretStore store, Context context) throws Exception {
        store.close();
        Files.writeString(key(context), "not a key at all");
        PluginException refused = assertThrows(PluginException.class, () -> open(context));
        assertFalse(refused.getMessage().contains("not a key at all"), refused.getMessage());
    }

    @Test
    void aCutOffFileIsRefusedWithTheLine(SecretStore store, Context context) throws Exception {
        put(store, "one");
        put(store, "two");
        String text = Files.readString(file(context));
        Files.writeString(file(context), text.substring(0, text.lastIndexOf(' ')));
        PluginException refused = assertThrows(PluginException.class, () -> store.find(TENANT, KEY, Optional.empty()));
        assertTrue(refused.getMessage().contains("damaged at line 3"), refused.getMessage());
    }

    @Test
    void onlyTheNewestVersionsAreKept(SecretStore store, Context context) throws Exception {
        for (int i = 1; i <= 12; i++) {
            put(store, "value " + i);
        }
        assertTrue(store.find(TENANT, KEY, Optional.of("2")).isEmpty());
        assertEquals(
                "value 3",
                store.find(TENANT, KEY, Optional.of("3")).orElseThrow().reveal());
    }
}
