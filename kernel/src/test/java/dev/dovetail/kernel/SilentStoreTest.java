package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node whose store says nothing tells so, and stays in the rotation of a load balancer: all nodes are without the store then, and
 * plain calls go on.
 */
@Tag("NF-11")
class SilentStoreTest {
    @TempDir
    Path folder;

    @Test
    void aStoreThatHangsIsATroubleAfterAWhileAndNoneOnceItAnswersAgain() throws Exception {
        CutStore store = new CutStore(new InMemoryStateStore());
        try (House house = House.at(folder).on(store, new InMemoryBlobStore()).open()) {
            house.deploy("echo", "echo");
            assertEquals("up", house.get("/health").is(200).at("/status"));
            store.stop();
            try {
                Eventually.holds(
                        "it is told", () -> house.get("/health").at("/status").equals("degraded"));
                for (String path : new String[] {"/health", "/health/ready"}) {
                    Reply degraded = house.get(path).is(200);
                    assertTrue(
                            degraded.at("/troubles/cluster").contains("the state store has not been reached for "),
                            path);
                }
                assertEquals("1", house.invoke("echo", "1").is(200).body());
                house.get("/health/live").is(200);
            } finally {
                store.letGo();
            }
            Eventually.holds(
                    "it is well again",
                    () -> house.get("/health/ready").at("/status").equals("up"));
            house.deploy("echo-again", "echo");
            assertEquals("1", house.invoke("echo-again", "1").is(200).body());
        }
    }
}
