package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.plugin.Provider;
import dev.dovetail.spi.plugin.SecretStoreProvider;
import dev.dovetail.spi.secret.SecretStore;
import dev.dovetail.testkit.Settings;
import dev.dovetail.testkit.Workshop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts of a swap put together by hand. */
final class CoreSwapTest {
    private static final int CALLERS = 200;
    private static final Name TENANT = Name.of("default");
    private static final Route ROUTE = new Route(TENANT, Name.of("f"), "", OptionalInt.empty());

    @TempDir
    Path folder;

    private record Loaded(Generation generation, Service<SecretStore> service) {}

    private Loaded load(String version, long number, Workshop workshop) throws Exception {
        Path jar = Fixtures.good(version).in(folder);
        Path own = Files.createDirectory(folder.resolve("generation-" + number));
        Generation generation = Generation.load(jar, own, "0.1.0");
        Provider<?> provider = generation.providers().getFirst();
        SecretStore store = ((SecretStoreProvider) provider).open(Settings.of(provider.schema(), Map.of()), workshop);
        return new Loaded(generation, new Service<>(store, generation.loader(), "sample " + version, number, Set.of()));
    }

    /** As one does who looks into a call that ends at that moment. */
    @Test
    @SuppressWarnings("try") // closed in the middle, by hand
    void whoComesLateToALeaseFindsNothing() throws Exception {
        try (Workshop workshop = new Workshop()) {
            Slot<SecretStore> slot =
                    new Slot<>(Kind.SECRETS, Name.of("sample"), new Arms.None<>("nothing was put in yet", true));
            Loaded now = load("1.0.0", 1, workshop);
            slot.publish(new Arms.One<>(now.service));
            try (Lease<SecretStore> lease = slot.lease()) {
                assertEquals(Optional.of("1.0.0"), lease.useIfOpen(store -> Optional.of(Site.answer(store))));
                lease.close();
                assertEquals(Optional.empty(), lease.useIfOpen(store -> Optional.of(Site.answer(store))));
            }
            now.service.gate().shut();
            assertTrue(now.service.gate().awaitEmpty(Duration.ofSeconds(10)));
            unload(now);
        }
    }

    @Test
    @Tag("NM-02")
    @Tag("NM-03")
    void twoHundredCallersNoticeNothingOfTwentySwapsAndEveryOldLoaderGoes() throws Exception {
        try (Workshop workshop = new Workshop()) {
            Slot<SecretStore> slot =
                    new Slot<>(Kind.SECRETS, Name.of("sample"), new Arms.None<>("nothing was put in yet", true));
            Loaded now = load("1.0.0", 1, workshop);
            slot.publish(new Arms.One<>(now.service));
            List<Afterlife> old = new ArrayList<>();
            try (Callers callers = new Callers(CALLERS, () -> slot.use(Site::answer))) {
                for (int swap = 2; swap <= 21; swap++) {
                    String version = swap % 2 == 0 ? "2.0.0" : "1.0.0";
                    Loaded next = load(version, swap, workshop);
                    slot.publish(new Arms.One<>(next.service));
                    now.service.gate().shut();
                    assertTrue(now.service.gate().awaitEmpty(Duration.ofSeconds(10)));
                    assertEquals(Optional.empty(), now.service.end(Duration.ofSeconds(5)));
                    old.add(unload(now));
                    now = next;
                    callers.awaitAnswer(version);
                }
                long calls = callers.stop();
                assertEquals(calls, callers.answered("1.0.0") + callers.answered("2.0.0"));
            }
            for (Afterlife each : old) {
                assertTrue(each.goneWithin(Duration.ofSeconds(20)), "loader " + old.indexOf(each) + " stays");
            }
            assertEquals(0, openDescriptors(folder.resolve("generation-1")));
        }
    }

    private static Afterlife unload(Loaded old) {
        Afterlife afterlife = new Afterlife(old.generation.loader(), Broom.ofThisJvm());
        old.generation.close();
        return afterlife;
    }

    /** How many descriptors of this process lead into the directory, deleted files among them. */
    static long openDescriptors(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(each -> {
                        try {
                            return Files.readSymbolicLink(each).startsWith(directory);
                        } catch (IOException e) {
                            return false; // closed meanwhile
                        }
                    })
                    .count();
        }
    }

    @Test
    void aHeldLeaseEntersAgainThoughTheGateIsShut() throws Exception {
        try (Workshop workshop = new Workshop()) {
            Slot<SecretStore> slot =
                    new Slot<>(Kind.SECRETS, Name.of("sample"), new Arms.None<>("nothing was put in yet", true));
            Loaded one = load("1.0.0", 1, workshop);
            slot.publish(new Arms.One<>(one.service));
            try (Lease<SecretStore> lease = slot.lease(ROUTE, Duration.ofSeconds(1))) {
                one.service.gate().shut();
                try (Lease<SecretStore> again = lease.again()) {
                    assertTrue(again.retiring());
                }
                String nested = lease.use(outer -> slot.use(inner -> inner.find(TENANT, TENANT, Optional.empty())
                        .orElseThrow()
                        .reveal()));
                assertEquals("1.0.0", nested);
            }
            assertTrue(one.service.gate().awaitEmpty(Duration.ZERO));
            one.generation.close();
        }
    }
}
