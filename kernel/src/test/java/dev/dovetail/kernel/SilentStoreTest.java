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

/** A node whose store says nothing leaves the rotation of a load balancer, and comes back by itself. */
@Tag("NF-11")
class SilentStoreTest {
    @TempDir
    Path folder;

    @Test
    void aStoreThatHangsIsATroubleAfterAWhileAndNoneOnceItAnswersAgain() throws Exception {
        CutStore store = new CutStore(new InMemoryStateStore());
        try (House house = House.at(folder).on(store, new InMemoryBlobStore()).open()) {
            house.get("/health").is(200);
            store.stop();
            try {
                Eventually.holds("it is told", () -> house.get("/health").status() == 503);
                for (String path : new String[] {"/health", "/health/ready"}) {
                    Reply down = house.get(path).is(503);
                    assertEquals("down", down.at("/status"));
                    assertTrue(
                            down.at("/troubles/cluster").contains("the state store has not been reached for "), path);
                }
                house.get("/health/live").is(200);
            } finally {
                store.letGo();
            }
            Eventually.holds(
                    "it is well again", () -> house.get("/health/ready").status() == 200);
            house.deploy("echo", "echo");
            assertEquals("1", house.invoke("echo", "1").is(200).body());
        }
    }
}
