package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes are added while calls are made: none fails, each new one gets its share, and so much more is carried at once. */
class GrowingDurableTest {
    private static final int AT_ONCE = 4;
    private static final int CALLERS = 4;

    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    /** Those that callers are sent to, in turn, as something in front of them would do. */
    private final List<House> serving = new CopyOnWriteArrayList<>();

    private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicBoolean enough = new AtomicBoolean();

    private House open(Path folder) throws Exception {
        return House.at(folder)
                .on(state, blobs)
                .with("executions.max-carried", "" + AT_ONCE)
                .open();
    }

    private House next() {
        return serving.get(turns.getAndIncrement() % serving.size());
    }

    private void callWithoutPause() {
        while (!enough.get()) {
            House any = next();
            Reply taken = any.post("/api/v1/functions/counted/invoke-async", "{}");
            String id = taken.status() == 202 ? taken.at("/executionId") : "none";
            Reply ended = any.get("/api/v1/jobs/" + id + "/result?wait=20");
            if (ended.status() == 200) {
                accepted.add(id);
            } else {
                wrong.add(taken.body() + " " + ended.body());
            }
            Reply answered = next().invoke("plain", "{}");
            if (answered.status() != 200) {
                wrong.add(answered.status() + " " + answered.body());
            }
        }
    }

    /** What is behind the others is sent calls as soon as it says that it is ready, and knows the functions. */
    private void serve(House added) throws Exception {
        Eventually.holds("it is ready", () -> added.get("/health/ready").status() == 200);
        Eventually.holds(
                "it knows the functions",
                () -> added.get("/api/v1/functions?limit=100")
                                .json()
                                .get("items")
                                .size()
                        == 3);
        serving.add(added);
        int before = added.commands.count("carried").get();
        Eventually.holds(
                "it carries its share", () -> added.commands.count("carried").get() > before + 20 && even());
    }

    /** Whether each has as many shards as any other, or one more. */
    private boolean even() {
        List<Integer> shares = new ArrayList<>();
        serving.getFirst()
                .get("/api/v1/nodes")
                .json()
                .get("items")
                .forEach(node -> shares.add(node.get("shards").size()));
        shares.sort(null);
        return shares.size() == serving.size()
                && shares.stream().mapToInt(Integer::intValue).sum() == 64
                && shares.getLast() - shares.getFirst() <= 1;
    }

    /** As many as all nodes carry at once come to the gate of their node, and stay there. */
    private void fill(String gate) throws Exception {
        List<String> ids = new ArrayList<>();
        serving.getFirst().deploy(gate, "gate " + gate);
        for (House each : serving) {
            Eventually.holds(
                    "it knows it", () -> each.get("/api/v1/functions/" + gate).status() == 200);
            for (int i = 0; i < AT_ONCE; i++) {
                ids.add(new Flows(each).start(gate, "{}"));
            }
        }
        for (House each : serving) {
            each.commands.gate(gate).await(AT_ONCE);
        }
        serving.forEach(each -> each.commands.gate(gate).open());
        for (String id : ids) {
            new Flows(serving.getFirst()).await(id, "succeeded");
        }
    }

    @Test
    void nodesAreAddedUnderCallsAndNoneFails(@TempDir Path one, @TempDir Path two, @TempDir Path three)
            throws Exception {
        List<Thread> callers = new ArrayList<>();
        try (House first = open(one)) {
            first.deploy("counted", "count carried");
            first.deploy("plain", "count called\nreturn 1");
            serving.add(first);
            fill("alone");
            for (int i = 0; i < CALLERS; i++) {
                callers.add(Thread.ofVirtual().start(this::callWithoutPause));
            }
            try (House second = open(two)) {
                serve(second);
                try (House third = open(three)) {
                    serve(third);
                    enough.set(true);
                    for (Thread each : callers) {
                        each.join();
                    }
                    assertEquals(List.of(), List.copyOf(wrong));
                    List<String> all = List.copyOf(accepted);
                    assertEquals(all.size(), new HashSet<>(all).size());
                    int carried = serving.stream()
                            .mapToInt(each -> each.commands.count("carried").get())
                            .sum();
                    assertEquals(all.size(), carried, "each was carried once");
                    for (House each : serving) {
                        assertTrue(each.commands.count("called").get() > 0, "none was called there");
                    }
                    fill("together"); // three times as many at once as when the first was alone
                }
            }
        } finally {
            enough.set(true);
        }
    }
}
