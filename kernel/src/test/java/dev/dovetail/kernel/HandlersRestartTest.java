package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workflows that are called at the end of others, where nodes end in between, or have few places. */
@Tag("WF-21")
class HandlersRestartTest {
    private static String handledBy(String name) {
        return "\"traits\":{\"workflow\":{\"compensation\":{\"onFailure\":\"" + name + "\"}}}";
    }

    private static Guest.Flow failing() {
        return _ -> {
            throw Guest.fails("why");
        };
    }

    /** Whoever takes over finds the call that was made, and makes no other. */
    @Test
    void aHandlerIsBegunOnceThoughItsCallerIsTakenOver(@TempDir Path folder) throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        Set<String> begun = ConcurrentHashMap.newKeySet();
        CountDownLatch taken = new CountDownLatch(1);
        Guest.Flow handler = guest -> {
            begun.add(guest.invocation().executionId());
            taken.await();
            return "1";
        };
        CutStore store = new CutStore(state);
        House first = House.at(folder.resolve("one"))
                .on(store, blobs)
                .knowing("fails", failing())
                .knowing("handler", handler)
                .open();
        Flows flows = new Flows(first);
        flows.deploy("handler", handler);
        flows.deploy("fails", failing(), handledBy("handler"));
        String id = flows.start("fails", "{}");
        flows.await(id, "compensating");
        Eventually.holds("it is called", () -> begun.size() == 1);
        store.cut();
        taken.countDown();
        try (House second = House.at(Flows.sameNode(first, folder.resolve("two")))
                .on(state, blobs)
                .knowing("fails", failing())
                .knowing("handler", handler)
                .open()) {
            first.close();
            new Flows(second).await(id, "compensated");
            assertEquals(1, begun.size(), begun::toString);
        }
    }

    @Test
    void moreHandlersThanPlacesComeToTheirEnd(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).with("executions.max-carried", "2").open()) {
            Flows flows = new Flows(house);
            flows.deploy("handler", guest -> guest.step("a", (_, _) -> "1"));
            flows.deploy("fails", failing(), handledBy("handler"), "\"timeoutSeconds\":600");
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                ids.add(flows.start("fails", "{}"));
            }
            for (String id : ids) {
                flows.await(id, "compensated", 20);
            }
        }
    }
}
