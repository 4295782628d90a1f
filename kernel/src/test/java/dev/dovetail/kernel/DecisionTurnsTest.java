package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.cluster.Settings;
import dev.dovetail.kernel.config.Configs;
import dev.dovetail.kernel.fleet.Fleet;
import dev.dovetail.kernel.plugin.Activation;
import dev.dovetail.kernel.plugin.Kind;
import dev.dovetail.kernel.plugin.PluginSettings;
import dev.dovetail.kernel.plugin.PluginView;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.SlotSetting;
import dev.dovetail.kernel.plugin.Uploaded;
import dev.dovetail.spi.Name;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.plugin.SourceJar;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Between what is done on a node and what is agreed on, another node decides something: nothing is taken back. */
class DecisionTurnsTest {
    private static final Name ID = Name.of("secrets-turns");

    private final String state = Lent.lend(new InMemoryStateStore());
    private final String blobs = Lent.lend(new InMemoryBlobStore());
    private final String gates = "gates." + UUID.randomUUID();

    @TempDir
    Path folder;

    /** Where the open of a version waits: somebody has come, and may go on. */
    private record Gate(CountDownLatch inside, CountDownLatch open) {
        Gate() {
            this(new CountDownLatch(1), new CountDownLatch(1));
        }

        void await() throws InterruptedException {
            assertTrue(inside.await(30, TimeUnit.SECONDS), "nobody came");
        }
    }

    private final class Node implements AutoCloseable {
        private final Plugins plugins;
        private final Cluster cluster;
        private final Fleet fleet;

        /** @param held a version that a slot of this node is held to */
        Node(String name, Optional<String> held) throws Exception {
            Path home = folder.resolve(name);
            Lent.jar().in(Files.createDirectories(home.resolve("shipped")));
            List<SlotSetting> slots = new ArrayList<>(List.of(lent(Kind.STATE, state), lent(Kind.BLOBS, blobs)));
            held.ifPresent(version -> slots.add(new SlotSetting(
                    Kind.SECRETS, Name.of("held"), Name.of("turns"), Optional.of(version), House.SCHEMAS.object())));
            plugins = new Plugins(
                    new PluginSettings(
                            home.resolve("shipped"),
                            home.resolve("data"),
                            "0.1.0",
                            slots,
                            List.of(),
                            false,
                            InstantSource.system(),
                            PluginSettings.Times.USUAL),
                    new Configs(House.SCHEMAS)::check);
            plugins.start();
            cluster = new Cluster(
                    plugins.state(),
                    Thread.ofPlatform().daemon().factory(),
                    InstantSource.system(),
                    System::nanoTime,
                    new Cluster.Self(name, "", name),
                    Settings.USUAL);
            fleet = new Fleet(plugins, cluster, House.SCHEMAS, InstantSource.system());
            fleet.start();
        }

        private SlotSetting lent(Kind kind, String key) {
            return new SlotSetting(
                    kind,
                    Name.of("kept"),
                    Name.of("lent"),
                    Optional.empty(),
                    House.SCHEMAS.object().put("key", key));
        }

        Uploaded take(String version) throws Exception {
            return fleet.take(new ByteArrayInputStream(jar(version)), Optional.empty());
        }

        Optional<String> active() {
            return plugins.find(ID).flatMap(PluginView::active);
        }

        boolean has(String version) {
            return plugins.find(ID).orElseThrow().versions().stream()
                    .anyMatch(each -> each.version().equals(version));
        }

        @Override
        public void close() {
            cluster.close();
            plugins.close();
        }
    }

    private void put(String version, Gate gate) {
        System.getProperties().put(gates + version, new CountDownLatch[] {gate.inside, gate.open});
    }

    @BeforeEach
    void open() {
        Gate none = new Gate();
        none.open.countDown();
        List.of("1.0.0", "4.0.0").forEach(version -> put(version, none));
    }

    @AfterEach
    void takeBack() {
        List.of("1.0.0", "2.0.0", "3.0.0", "4.0.0")
                .forEach(version -> System.getProperties().remove(gates + version));
        Lent.takeBack(state);
        Lent.takeBack(blobs);
    }

    private byte[] jar(String version) {
        return SourceJar.of(ID.text(), version)
                .provider("turns.Turns", """
                        package turns;
                        import dev.dovetail.spi.*;
                        import dev.dovetail.spi.plugin.*;
                        import dev.dovetail.spi.secret.*;
                        import java.util.*;
                        import java.util.concurrent.CountDownLatch;
                        public final class Turns implements SecretStoreProvider {
                            @Override public Name type() { return Name.of("turns"); }
                            @Override public SecretStore open(Config config, Context context) throws InterruptedException {
                                CountDownLatch[] gate = (CountDownLatch[]) System.getProperties().get("%s");
                                gate[0].countDown();
                                gate[1].await();
                                return new SecretStore() {
                                    @Override public Optional<Secret> find(Name tenant, Name name, Optional<String> version) {
                                        return Optional.empty();
                                    }
                                    @Override public void close() {}
                                };
                            }
                        }
                        """.formatted(gates + version))
                .bytes();
    }

    /**
     * The version decided on serves, and its decision has still to open another that a slot is held to. Meanwhile another node takes
     * a jar in, so what is agreed on about this plugin changes, and still names the version before.
     */
    @Test
    void whatServesAlreadyAndIsNotAgreedOnYetIsNotTakenBackForWhatAnotherNodeAgreesOn() throws Exception {
        Gate second = new Gate();
        Gate third = new Gate();
        put("2.0.0", second);
        put("3.0.0", third);
        try (Node here = new Node("here", Optional.of("3.0.0"));
                Node there = new Node("there", Optional.empty());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            here.take("1.0.0");
            here.take("2.0.0");
            there.fleet.follow();
            assertEquals(Optional.of("1.0.0"), there.active());

            Future<Activation> decision = threads.submit(() -> here.fleet.activate(ID, "2.0.0", false));
            second.await();
            Future<Uploaded> held = threads.submit(() -> here.take("3.0.0")); // waits for its turn, and is on the shelf
            Eventually.holds("it is on the shelf", () -> here.has("3.0.0"));
            second.open.countDown();
            third.await();
            assertEquals(Optional.of("2.0.0"), here.active());

            assertInstanceOf(Uploaded.Taken.class, there.take("4.0.0"));
            Thread follower = Thread.ofPlatform().daemon().start(() -> {
                try {
                    here.fleet.follow();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            Eventually.holds(
                    "whoever follows has done what it may",
                    () -> follower.getState() == Thread.State.WAITING || !follower.isAlive());
            third.open.countDown();
            assertInstanceOf(Activation.Serving.class, decision.get(30, TimeUnit.SECONDS));
            held.get(30, TimeUnit.SECONDS);
            follower.join();

            for (Node each : List.of(here, there)) {
                each.fleet.follow();
                assertEquals(Optional.of("2.0.0"), each.active());
                assertTrue(each.has("4.0.0"));
            }
        }
    }

    @Test
    void aNodeThatDecidesBeforeItHasFollowedDoesWhatWasDecidedJustBeforeToo() throws Exception {
        Gate open = new Gate();
        open.open.countDown();
        put("2.0.0", open);
        try (Node here = new Node("here", Optional.empty());
                Node there = new Node("there", Optional.empty())) {
            here.take("1.0.0");
            here.take("2.0.0");
            there.fleet.follow();
            assertInstanceOf(Activation.Serving.class, there.fleet.activate(ID, "2.0.0", false));
            here.take("4.0.0"); // and not followed before
            here.fleet.follow();
            assertEquals(Optional.of("2.0.0"), here.active());
            there.fleet.follow();
            assertEquals(Optional.of("2.0.0"), there.active());
            assertTrue(there.has("4.0.0"));
        }
    }
}
