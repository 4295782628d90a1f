package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several kernels on one store, at once and one after the other. */
class TwoKernelsTest {
    @Tag("ST-09")
    @Tag("FN-11")
    @Test
    void kernelsOnOneStoreFollowEachOther(@TempDir Path one, @TempDir Path two) throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        try (House first = House.at(one).on(state, blobs).open();
                House second = House.at(two).on(state, blobs).open()) {
            first.deploy("shared", "return 1");
            Eventually.holds(
                    "the second runs it", () -> second.invoke("shared", "{}").status() == 200);
            assertEquals("1", second.invoke("shared", "{}").body());
            second.version("shared", "return 2");
            Eventually.holds(
                    "the first runs the new version",
                    () -> first.invoke("shared", "{}").body().equals("2"));
            first.post("/api/v1/functions/shared/aliases", "{\"name\":\"prod\",\"version\":1}")
                    .is(201);
            Eventually.holds(
                    "the second knows the alias",
                    () -> second.get("/api/v1/functions/shared/aliases/prod").status() == 200);
            String id = first.invoke("shared", "{}").header("X-Execution-Id");
            Eventually.holds(
                    "the second knows the execution",
                    () -> second.get("/api/v1/executions/" + id).status() == 200);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Reply>> all = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    House house = i % 2 == 0 ? first : second;
                    String name = "at-once-" + i;
                    all.add(threads.submit(() -> house.deploy(name, "return 1")));
                }
                for (Future<Reply> each : all) {
                    each.get().is(201);
                }
            }
            Eventually.holds("both know all", () -> count(first) == 21 && count(second) == 21);
            assertEquals(
                    first.get("/api/v1/functions?limit=100").json(),
                    second.get("/api/v1/functions?limit=100").json());
            second.delete("/api/v1/functions/shared").is(204);
            Eventually.holds(
                    "the first knows it is gone",
                    () -> first.get("/api/v1/functions/shared").status() == 404);
        }
    }

    private static int count(House house) {
        return house.get("/api/v1/functions?limit=100").json().at("/items").size();
    }

    @Test
    void everythingIsThereAfterARestartEvenWithAnEmptyDataFolder(@TempDir Path one, @TempDir Path two)
            throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        String before;
        String id;
        try (House first = House.at(one).on(state, blobs).open()) {
            first.deploy(
                    "stays",
                    "return 1",
                    "\"tags\":{\"a\":\"b\"},\"environment\":{\"E\":\"e\"}",
                    "\"contract\":{\"params\":{\"type\":\"object\"}},\"traits\":{\"idempotent\":true}");
            first.version("stays", "return 2");
            first.post("/api/v1/functions/stays/aliases", "{\"name\":\"prod\",\"weights\":{\"1\":90,\"2\":10}}")
                    .is(201);
            first.post("/api/v1/functions/stays/versions/1:deprecate", "{\"reason\":\"old\"}")
                    .is(200);
            id = first.invoke("stays", "{}").header("X-Execution-Id");
            before = all(first);
        }
        try (House second = House.at(two).on(state, blobs).open()) {
            assertEquals(before, all(second));
            assertEquals("2", second.invoke("stays", "{}").is(200).body());
            assertEquals(
                    "1",
                    second.post("/api/v1/functions/stays/invoke?version=1", "{}")
                            .is(200)
                            .body());
            second.get("/api/v1/executions/" + id).is(200);
        }
    }

    private static String all(House house) {
        return house.get("/api/v1/functions/stays").body()
                + house.get("/api/v1/functions/stays/versions").body()
                + house.get("/api/v1/functions/stays/aliases").body();
    }

    @Tag("ST-08")
    @Test
    void codeThatIsNotWhatWasPutIsNotRun(@TempDir Path one, @TempDir Path two) throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        try (House first = House.at(one).on(state, new InMemoryBlobStore()).open()) {
            first.deploy("lost", "return 1");
        }
        try (House second = House.at(two).on(state, new InMemoryBlobStore()).open()) {
            Reply reply = second.invoke("lost", "{}").isProblem(503, "platform");
            assertEquals("platform", reply.at("/owner"));
            second.get("/api/v1/executions/" + reply.header("X-Execution-Id")).is(200);
        }
    }
}
