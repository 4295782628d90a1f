package dev.dovetail.testkit.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.plugin.SecretStoreProvider;
import dev.dovetail.spi.secret.Secret;
import dev.dovetail.spi.secret.SecretStore;
import dev.dovetail.spi.secret.WritableSecrets;
import dev.dovetail.testkit.Contract;
import dev.dovetail.testkit.Opened;
import dev.dovetail.testkit.Rule;
import dev.dovetail.testkit.Settings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The rules for secret stores ({@code docs/spi/secret.md}), as tests. Implement it, say which provider, and run. */
@ExtendWith(Opened.class)
public interface SecretStoreContract extends Contract<SecretStoreProvider> {
    Name TENANT = Name.of("default");
    Name OTHER = Name.of("other");
    Name KEY = Name.of("api-key");
    String VALUE = "s3cr3t \"quoted\" \\ \n\t ünï ${SECRET:x} 秘密";

    /**
     * Puts a secret to where a store with this {@link #config} looks for it. For stores that are only read, which have no other
     * way to show that they find anything.
     *
     * @param context what the store was opened with
     */
    default void elsewhere(Context context, Name tenant, Name name, String value) throws Exception {
        throw new AssertionError(
                "This store is only read: override elsewhere(...) and put the secret to where the store looks"
                        + " for it, or nothing shows that it finds any");
    }

    private static WritableSecrets writable(SecretStore store) {
        Assumptions.assumeTrue(store instanceof WritableSecrets, "this store is only read");
        return (WritableSecrets) store;
    }

    private static String value(SecretStore store, Name tenant, Name name) {
        return store.find(tenant, name, Optional.empty()).orElseThrow().reveal();
    }

    @Test
    @Rule("secret/1")
    default void whatIsNotThereIsEmpty(SecretStore store) {
        assertTrue(store.find(TENANT, Name.of("nothing"), Optional.empty()).isEmpty());
        assertTrue(store.find(TENANT, Name.of("nothing"), Optional.of("1")).isEmpty());
    }

    @Test
    @Rule("secret/2")
    default void nothingPrintsAValue(SecretStore store) {
        writable(store).put(TENANT, KEY, "hunter2-hunter2", List.of());
        Secret secret = store.find(TENANT, KEY, Optional.empty()).orElseThrow();
        assertFalse((store + " " + secret + " " + writable(store).list(TENANT)).contains("hunter2"));
    }

    @Test
    @Rule("secret/3")
    default void useAfterCloseIsRefusedAndClosingTwiceDoesNothing(SecretStore store) {
        store.close();
        store.close();
        PluginException refused = assertThrows(PluginException.class, () -> store.find(TENANT, KEY, Optional.empty()));
        assertEquals(Kind.UNAVAILABLE, refused.kind());
        assertTrue(refused.getMessage().contains("closed"), refused.getMessage());
    }

    @Test
    @Rule("secret/4")
    default void whatWasPutIsFound(SecretStore store) {
        WritableSecrets secrets = writable(store);
        secrets.put(TENANT, KEY, "first", List.of());
        secrets.put(TENANT, KEY, VALUE, List.of());
        assertEquals(VALUE, value(store, TENANT, KEY));
        String large = "x".repeat(64 * 1024);
        secrets.put(TENANT, Name.of("large"), large, List.of());
        assertEquals(large, value(store, TENANT, Name.of("large")));
    }

    @Test
    @Rule("secret/5")
    default void eachPutAddsAVersion(SecretStore store) {
        WritableSecrets secrets = writable(store);
        String first = secrets.put(TENANT, KEY, "one", List.of());
        String second = secrets.put(TENANT, KEY, "two", List.of());
        assertNotEquals(first, second);
        assertEquals(
                "one", store.find(TENANT, KEY, Optional.of(first)).orElseThrow().reveal());
        assertEquals(
                first, store.find(TENANT, KEY, Optional.of(first)).orElseThrow().version());
        assertEquals(
                second, store.find(TENANT, KEY, Optional.empty()).orElseThrow().version());
        assertTrue(store.find(TENANT, KEY, Optional.of("no-such-version")).isEmpty());
    }

    @Test
    @Rule("secret/6")
    default void aSecretTellsWhereItMayBeSent(SecretStore store) {
        List<String> hosts = List.of("api.example.org", "*.example.com");
        writable(store).put(TENANT, KEY, "one", hosts);
        assertEquals(
                hosts, store.find(TENANT, KEY, Optional.empty()).orElseThrow().allowedHosts());
        assertEquals(hosts, writable(store).list(TENANT).getFirst().allowedHosts());
    }

    @Test
    @Rule("secret/7")
    default void tenantsAreApart(SecretStore store) {
        WritableSecrets secrets = writable(store);
        secrets.put(TENANT, KEY, "mine", List.of());
        assertTrue(store.find(OTHER, KEY, Optional.empty()).isEmpty());
        secrets.put(OTHER, KEY, "theirs", List.of());
        assertEquals("mine", value(store, TENANT, KEY));
        secrets.delete(OTHER, KEY);
        assertEquals("mine", value(store, TENANT, KEY));
        assertEquals(List.of(), secrets.list(OTHER));
    }

    @Test
    @Rule("secret/8")
    default void aDeletedSecretIsGone(SecretStore store) {
        WritableSecrets secrets = writable(store);
        String version = secrets.put(TENANT, KEY, "one", List.of());
        assertTrue(secrets.delete(TENANT, KEY));
        assertFalse(secrets.delete(TENANT, KEY));
        assertTrue(store.find(TENANT, KEY, Optional.empty()).isEmpty());
        assertTrue(store.find(TENANT, KEY, Optional.of(version)).isEmpty());
        assertNotEquals("", secrets.put(TENANT, KEY, "again", List.of()));
        assertEquals("again", value(store, TENANT, KEY));
    }

    @Test
    @Rule("secret/9")
    default void aListHasEachSecretOnce(SecretStore store) {
        WritableSecrets secrets = writable(store);
        secrets.put(TENANT, Name.of("b"), "1", List.of());
        secrets.put(TENANT, Name.of("a"), "1", List.of());
        String newest = secrets.put(TENANT, Name.of("b"), "2", List.of());
        assertEquals(
                List.of(Name.of("a"), Name.of("b")),
                secrets.list(TENANT).stream().map(WritableSecrets.Info::name).toList());
        assertEquals(newest, secrets.list(TENANT).getLast().version());
    }

    @Test
    @Rule("secret/10")
    default void whatReturnedIsThereAfterReopening(SecretStore store, Context context) throws Exception {
        writable(store).put(TENANT, KEY, VALUE, List.of("example.org"));
        Contract<SecretStoreProvider> same = this;
        SecretStoreProvider provider = same.provider();
        try (SecretStore second = provider.open(Settings.of(provider.schema(), config()), context)) {
            assertEquals(VALUE, value(second, TENANT, KEY));
            assertInstanceOf(WritableSecrets.class, second).put(TENANT, KEY, "newer", List.of());
            assertEquals("newer", value(store, TENANT, KEY));
        }
        store.close();
        try (SecretStore again = provider.open(Settings.of(provider.schema(), config()), context)) {
            assertEquals("newer", value(again, TENANT, KEY));
        }
    }

    @Test
    @Rule("secret/11")
    default void manyWhoPutAtOnceLoseNothing(SecretStore store) {
        WritableSecrets secrets = writable(store);
        Set<String> versions = ConcurrentHashMap.newKeySet();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                Name own = Name.of("own-" + i);
                threads.submit(() -> {
                    versions.add(secrets.put(TENANT, KEY, "shared", List.of()));
                    secrets.put(TENANT, own, own.text(), List.of());
                });
            }
        }
        assertEquals(8, versions.size());
        for (int i = 0; i < 8; i++) {
            assertEquals("own-" + i, value(store, TENANT, Name.of("own-" + i)));
        }
    }

    @Test
    @Rule("secret/12")
    default void whatIsOnlyReadIsFound(SecretStore store, Context context) throws Exception {
        Assumptions.assumeFalse(store instanceof WritableSecrets, "this store is written to");
        elsewhere(context, TENANT, KEY, VALUE);
        Secret found = store.find(TENANT, KEY, Optional.empty())
                .orElseThrow(() -> new AssertionError("the store does not find what elsewhere(...) put there"));
        assertEquals(VALUE, found.reveal());
        assertFalse((store + " " + found).contains(VALUE));
        assertEquals(
                VALUE,
                store.find(TENANT, KEY, Optional.of(found.version()))
                        .orElseThrow(() -> new AssertionError(
                                "there is no version " + found.version() + ", which the secret itself told"))
                        .reveal());
        assertTrue(store.find(TENANT, KEY, Optional.of("no-such-version")).isEmpty());
        assertTrue(store.find(OTHER, KEY, Optional.empty()).isEmpty(), "another tenant has it");
    }
}
