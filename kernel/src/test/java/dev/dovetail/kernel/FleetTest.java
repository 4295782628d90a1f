package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.store.BlobStore;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is decided about plugins on one node is done on all that have the same stores. */
class FleetTest {
    private static final String ELDER = "/api/v1/plugins/elder";
    private static final String CANDIDATE = "{\"version\":\"2.0.0\",\"percent\":50}";

    private final String key = "elder." + UUID.randomUUID();
    private final Telling state = new Telling(new InMemoryStateStore());
    private final BlobStore blobs = new InMemoryBlobStore();

    @TempDir
    private Path folder;

    /** A store that, when told to, refuses whatever is agreed on about plugins. */
    private static final class Telling implements StateStore {
        private final StateStore store;
        private volatile boolean mute;

        Telling(StateStore store) {
            this.store = store;
        }

        @Override
        public Committed commit(CommitId id, List<Change> changes) {
            if (mute
                    && changes.stream()
                            .anyMatch(each -> each instanceof Change.Put put
                                    && put.key().path().startsWith("c/plugins/agreed/"))) {
                throw new PluginException(PluginException.Kind.UNAVAILABLE, "no way to the store");
            }
            return store.commit(id, changes);
        }

        @Override
        public Optional<Entry> find(Key key) {
            return store.find(key);
        }

        @Override
        public List<Optional<Entry>> findAll(List<Key> keys) {
            return store.findAll(keys);
        }

        @Override
        public List<Entry> list(Range range, int limit) {
            return store.list(range, limit);
        }

        @Override
        public void drop(Range range) {
            store.drop(range);
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void takeBack() {
        System.getProperties().remove(key);
    }

    private House open(String node) throws Exception {
        return plan(node).open();
    }

    private House.Plan plan(String node) {
        return House.at(folder.resolve(node))
                .with("plugins.require-signature", "false")
                .lending(key)
                .on(state, blobs);
    }

    private Reply upload(House house, String version) {
        return house.send("POST", "/api/v1/plugins", Elder.jar(version, "1", key));
    }

    private static Reply activate(House house, String version) {
        return house.post(ELDER + ":activate", "{\"version\":\"" + version + "\"}");
    }

    /** The version that serves, or what the node says instead. */
    private static String active(House house) {
        Reply reply = house.get(ELDER);
        return reply.status() == 200 ? reply.at("/active") : "none";
    }

    private static List<String> versions(House house) {
        return StreamSupport.stream(
                        house.get(ELDER).is(200).json().get("versions").spliterator(), false)
                .map(each -> each.get("version").stringValue())
                .toList();
    }

    /** The versions of the copies that serve. */
    private static List<String> serving(House house) {
        return StreamSupport.stream(
                        house.get(ELDER + "/generations")
                                .is(200)
                                .json()
                                .get("items")
                                .spliterator(),
                        false)
                .filter(each -> each.get("state").stringValue().equals("active"))
                .map(each -> each.get("version").stringValue())
                .sorted()
                .toList();
    }

    private static boolean allCurrent(House house) {
        JsonNode nodes = house.get(ELDER).json().path("nodes");
        return nodes.size() == 2
                && StreamSupport.stream(nodes.spliterator(), false)
                        .allMatch(each -> each.get("current").booleanValue());
    }

    @Test
    void whatIsDecidedOnOneNodeIsDoneOnTheOther() throws Exception {
        try (House a = open("a");
                House b = open("b")) {
            upload(a, "1.0.0").is(201);
            Eventually.holds("b has the plugin", () -> active(b).equals("1.0.0"));
            upload(b, "2.0.0").is(201);
            Eventually.holds("a has the second version", () -> versions(a).size() == 2);
            assertEquals("1.0.0", active(a));
            activate(b, "2.0.0").is(200);
            Eventually.holds("a is swapped", () -> active(a).equals("2.0.0"));
            a.post(ELDER + ":rollback", "").is(200);
            Eventually.holds("b has gone back", () -> active(b).equals("1.0.0"));
            Eventually.holds("all say so", () -> allCurrent(a) && allCurrent(b));

            a.post(ELDER + ":canary", CANDIDATE).is(200);
            Eventually.holds("b tries it too", () -> serving(b).equals(List.of("1.0.0", "2.0.0")));
            b.post(ELDER + ":canary", "{\"end\":true}").is(200);
            Eventually.holds("a has taken it back", () -> serving(a).equals(List.of("1.0.0")));

            a.post(ELDER + ":canary", CANDIDATE).is(200);
            Eventually.holds("b tries it once more", () -> serving(b).equals(List.of("1.0.0", "2.0.0")));
            a.post(ELDER + ":rollback", "").is(200);
            Eventually.holds("b has taken it back, too", () -> serving(b).equals(List.of("1.0.0")));
            assertEquals("1.0.0", active(b));

            a.delete(ELDER + "?version=2.0.0").is(204);
            Eventually.holds("b has one version", () -> versions(b).equals(List.of("1.0.0")));
            b.delete(ELDER).is(204);
            Eventually.holds(
                    "a has none", () -> versions(a).isEmpty() && serving(a).isEmpty());
        }
    }

    @Test
    void aPausedNodeFollowsAndIsListedWithWhatServesThere() throws Exception {
        try (House a = open("a");
                House b = plan("b").with("executions.paused", "true").open()) {
            upload(a, "1.0.0").is(201);
            Eventually.holds("both are listed, and b follows", () -> allCurrent(a) && allCurrent(b));
            assertEquals("1.0.0", active(b));
        }
    }

    @Test
    void aNodeThatWasNotThereHasItBeforeItServes() throws Exception {
        try (House a = open("a")) {
            upload(a, "1.0.0").is(201);
            try (House b = open("b")) {
                assertEquals("1.0.0", active(b));
            }
            upload(a, "2.0.0").is(201);
            activate(a, "2.0.0").is(200);
            upload(a, "3.0.0").is(201);
            a.post(ELDER + ":canary", "{\"version\":\"3.0.0\",\"tenant\":\"other\"}")
                    .is(200);
            try (House b = open("b")) {
                assertEquals("2.0.0", active(b));
                assertEquals(List.of("2.0.0", "3.0.0"), serving(b));
                b.deploy("old", "return 7", "\"runtime\":\"elder\"");
                assertEquals("7", b.invoke("old", "{}").is(200).body());
            }
        }
        try (House a = open("a")) {
            assertEquals(List.of("2.0.0", "3.0.0"), serving(a));
        }
    }

    @Test
    void aNodeThatCannotDoItSaysWhyAndServesOn() throws Exception {
        Path dropped = Files.createDirectories(folder.resolve("b/data/plugins"));
        try (House a = open("a");
                House b = open("b")) {
            upload(a, "1.0.0").is(201);
            Eventually.holds("b has the plugin", () -> active(b).equals("1.0.0"));
            Files.write(dropped.resolve("elder.jar"), Elder.jar("2.0.0", "1, 2", key));
            Eventually.holds("b has a build of its own", () -> versions(b).size() == 2);
            upload(a, "2.0.0").is(201);
            activate(a, "2.0.0").is(200);
            Eventually.holds(
                    "a knows why b is behind",
                    () -> a.get(ELDER).body().contains("another build of elder 2.0.0 is installed on this node"));
            assertFalse(allCurrent(a));
            assertEquals("1.0.0", active(b), "no other build serves in its place");
            b.deploy("old", "return 7", "\"runtime\":\"elder\"");
            assertEquals("7", b.invoke("old", "{}").is(200).body());
        }
    }

    @Test
    void whatOthersCouldNotBeToldIsToldWhenItIsAskedAgain() throws Exception {
        try (House a = open("a");
                House b = open("b")) {
            upload(a, "1.0.0").is(201);
            upload(a, "2.0.0").is(201);
            Eventually.holds(
                    "b has both",
                    () -> b.get(ELDER).status() == 200 && versions(b).size() == 2);
            state.mute = true;
            Reply failed = activate(a, "2.0.0").isProblem(503, "unavailable");
            assertTrue(failed.at("/detail").contains("done on this node"), failed.body());
            state.mute = false;
            activate(a, "2.0.0").is(200);
            Eventually.holds("b follows", () -> active(b).equals("2.0.0"));
        }
    }

    @Test
    void aNodeThatEndedBeforeTheOthersWereToldGoesBackToWhatWasAgreedOn() throws Exception {
        try (House a = open("a")) {
            upload(a, "1.0.0").is(201);
            upload(a, "2.0.0").is(201);
            state.mute = true;
            activate(a, "2.0.0").isProblem(503, "unavailable");
            assertEquals("2.0.0", active(a));
        }
        state.mute = false;
        try (House a = open("a")) {
            assertEquals("1.0.0", active(a));
        }
    }
}
