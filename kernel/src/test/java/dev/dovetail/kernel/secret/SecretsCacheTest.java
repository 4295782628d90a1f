package dev.dovetail.kernel.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.Lent;
import dev.dovetail.kernel.config.Configs;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.config.Invalid;
import dev.dovetail.kernel.plugin.Kind;
import dev.dovetail.kernel.plugin.PluginSettings;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.SlotSetting;
import dev.dovetail.kernel.record.Audit;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.secret.Secret;
import dev.dovetail.spi.secret.SecretStore;
import dev.dovetail.testkit.secret.InMemorySecretStoreProvider;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values are asked of the store once in a while, and not for each call. */
@Tag("SC-07")
class SecretsCacheTest {
    private static final Name TENANT = Name.of("default");
    private static final Schemas SCHEMAS = new Schemas();

    private Instant now = Instant.parse("2026-11-21T08:00:00Z");

    /** A store whose value is the number of times that it was asked. */
    private static final class Counting implements SecretStore {
        private final AtomicInteger asked = new AtomicInteger();
        private volatile Optional<Instant> expires = Optional.empty();

        @Override
        public Optional<Secret> find(Name tenant, Name name, Optional<String> version) {
            return name.text().equals("key")
                    ? Optional.of(new Secret("" + asked.incrementAndGet(), "1", expires, List.of()))
                    : Optional.empty();
        }

        @Override
        public void close() {}
    }

    private static Plugins lending(Path folder, SecretStore store) throws Exception {
        Files.createDirectories(folder.resolve("shipped"));
        Lent.jar().in(folder.resolve("shipped"));
        Plugins plugins = new Plugins(
                new PluginSettings(
                        folder.resolve("shipped"),
                        folder.resolve("data"),
                        "0.1.0",
                        List.of(
                                slot(Kind.STATE, Lent.lend(new InMemoryStateStore())),
                                slot(Kind.SECRETS, Lent.lend(store))),
                        List.of(),
                        false,
                        InstantSource.system(),
                        PluginSettings.Times.USUAL),
                new Configs(SCHEMAS)::check);
        plugins.start();
        return plugins;
    }

    private Secrets secrets(Plugins plugins, int minutes) {
        Audit audit = new Audit(plugins.state(), SCHEMAS, "test", Thread::new, () -> now);
        return new Secrets(plugins, audit, SCHEMAS, () -> now, Duration.ofMinutes(minutes));
    }

    private static SlotSetting slot(Kind kind, String key) {
        return new SlotSetting(
                kind,
                Name.of(kind.word()),
                Name.of("lent"),
                Optional.empty(),
                SCHEMAS.object().put("key", key));
    }

    private static String value(Secrets secrets) throws InterruptedException {
        return secrets.find(TENANT, Secrets.name("KEY").orElseThrow())
                .orElseThrow()
                .secret()
                .reveal();
    }

    @Test
    void aValueIsKeptForItsTimeAndThenAskedForAgain(@TempDir Path folder) throws Exception {
        Counting store = new Counting();
        try (Plugins plugins = lending(folder, store)) {
            Secrets secrets = secrets(plugins, 5);
            assertEquals("1", value(secrets));
            now = now.plusSeconds(299);
            assertEquals("1", value(secrets), "by whatever name it is written");
            now = now.plusSeconds(1);
            assertEquals("2", value(secrets));
            store.expires = Optional.of(now.plusSeconds(360));
            now = now.plusSeconds(300);
            assertEquals("3", value(secrets));
            now = now.plusSeconds(59);
            assertEquals("3", value(secrets));
            now = now.plusSeconds(1);
            assertEquals("4", value(secrets), "no longer than the store says that it is good");
            assertTrue(secrets.find(TENANT, Name.of("no-such")).isEmpty());
        }
    }

    @Test
    void whatIsChangedHereIsSeenHereAtOnceAndElsewhereWhenItsTimeIsUp(@TempDir Path folder) throws Exception {
        SecretStore store = new InMemorySecretStoreProvider().store();
        try (Plugins plugins = lending(folder, store)) {
            Secrets here = secrets(plugins, 1);
            Secrets elsewhere = secrets(plugins, 1);
            here.put(TENANT, Name.of("key"), "old", List.of());
            assertEquals("old", value(here));
            assertEquals("old", value(elsewhere));
            here.put(TENANT, Name.of("key"), "new", List.of());
            assertEquals("new", value(here));
            assertEquals("old", value(elsewhere));
            now = now.plusSeconds(60);
            assertEquals("new", value(elsewhere));
            here.delete(TENANT, Name.of("key"));
            assertTrue(here.find(TENANT, Name.of("key")).isEmpty());
        }
    }

    @Test
    void itsTimeIsFiveMinutesUnlessConfiguredAndFromOneToFifteen(@TempDir Path folder) throws Exception {
        assertEquals(5, minutes(folder, Map.of()));
        assertEquals(1, minutes(folder, Map.of("secret-cache.minutes", "1")));
        assertEquals(15, minutes(folder, Map.of("secret-cache.minutes", "15")));
        for (String wrong : List.of("0", "16", "soon")) {
            Assertions.assertThrows(Invalid.class, () -> minutes(folder, Map.of("secret-cache.minutes", wrong)), wrong);
        }
    }

    private static long minutes(Path folder, Map<String, String> flags) throws Exception {
        Configuration configuration = new Configs(SCHEMAS)
                .read(folder.resolve("home"), folder.resolve("data"), false, Optional.empty(), Map.of(), flags);
        return configuration.values().at("secret-cache").number("minutes");
    }
}
