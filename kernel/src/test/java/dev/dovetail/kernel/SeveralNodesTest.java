package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What one node tells of another, and what is asked at a node that it is not for. */
class SeveralNodesTest {
    private static final String NODES = "/api/v1/nodes";

    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();

    @TempDir
    Path folder;

    private House.Plan node(String name) {
        return House.at(folder.resolve(name)).on(state, blobs);
    }

    /** The node that answers, as it lists itself. */
    private static Optional<JsonNode> self(House house) {
        return StreamSupport.stream(house.get(NODES).is(200).json().get("items").spliterator(), false)
                .filter(each -> each.get("here").booleanValue())
                .findFirst();
    }

    private static String id(House house) {
        return self(house).orElseThrow().get("id").stringValue();
    }

    private static boolean shares(House house, int shards) {
        return self(house).filter(it -> it.get("shards").size() == shards).isPresent();
    }

    @Test
    @Tag("EX-06")
    void aPausedNodeIsSeenByAllTakesNoShareAndTakesItWhenItIsResumed() throws Exception {
        try (House one = node("one").open();
                House aside = node("aside").with("executions.paused", "true").open()) {
            String paused = id(aside);
            String address = "http://127.0.0.1:" + aside.port();
            Flows.until(
                    "it says where it serves",
                    () -> one.get(NODES + "/" + paused).at("/address").equals(address));
            assertEquals("paused", one.get(NODES + "/" + paused).is(200).at("/status"));
            assertEquals("paused", aside.get(NODES + "/" + paused).is(200).at("/status"));
            assertEquals("ready", aside.get(NODES + "/" + id(one)).is(200).at("/status"));
            Reply refused = one.post(NODES + "/" + paused + ":resume", "{}").isProblem(404, "not_found");
            assertTrue(refused.at("/detail").contains(address), refused.body());
            one.deploy("echo", "echo");
            Flows flows = new Flows(one);
            for (int i = 0; i < 20; i++) {
                flows.await(flows.start("echo", "" + i), "succeeded");
            }
            assertTrue(shares(one, 64) && shares(aside, 0), one.get(NODES).body());

            aside.post(NODES + "/" + paused + ":resume", "{}").is(200);
            Flows.until("both have their share", () -> shares(one, 32) && shares(aside, 32));
            assertEquals("ready", one.get(NODES + "/" + paused).at("/status"));
        }
    }

    @Test
    void aNodeThatListensEverywhereNamesAnAddressOfItsMachine() throws Exception {
        try (House one = node("one").with("http.host", "0.0.0.0").open()) {
            String port = ":" + one.port();
            Flows.until(
                    "it says where it serves",
                    () -> self(one).orElseThrow().get("address").stringValue().endsWith(port));
            assertFalse(
                    one.get(NODES).body().contains("0.0.0.0"), one.get(NODES).body());
        }
    }
}
