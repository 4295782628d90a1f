package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.encryption.KeyFiles;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executions go on as ever where what they carry is encrypted, and nowhere else. */
@Tag("WF-06")
class EncryptionDurableTest {
    private static final String TELLING = "DE02120300000000202051";
    private static final String INPUT = "{\"iban\":\"" + TELLING + "\"}";

    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    private final AtomicInteger steps = new AtomicInteger();

    @TempDir
    private Path folder;

    private int houses;

    private House open(String... keys) throws Exception {
        return plan(keys).open();
    }

    private House.Plan plan(String... keys) throws Exception {
        House.Plan plan =
                House.at(folder.resolve("house-" + houses++)).on(state, blobs).knowing("waits", this::flow);
        if (keys.length > 0) {
            Path file = KeyFiles.write(folder.resolve("key-" + houses), keys);
            plan.with("executions.encryption-key-file", file.toString());
        }
        return plan;
    }

    private String flow(Guest guest) throws InterruptedException {
        String done = guest.step("a", (_, _) -> "\"" + TELLING + "-" + steps.incrementAndGet() + "\"");
        guest.log("it is " + TELLING);
        guest.call(Guest.event("go", Duration.ofHours(1)));
        return done;
    }

    private String waiting(House house) throws Exception {
        Flows flows = new Flows(house);
        flows.deploy("waits", this::flow);
        return another(house);
    }

    private static String another(House house) throws Exception {
        Flows flows = new Flows(house);
        String id = flows.start("waits", INPUT);
        flows.await(id, "suspended");
        return id;
    }

    private static void finish(House house, String id, int step) throws Exception {
        Flows flows = new Flows(house);
        flows.signal(id, "go", "\"" + TELLING + "\"").is(202);
        assertEquals(
                "\"" + TELLING + "-" + step + "\"",
                flows.await(id, "succeeded").json().get("output").toString());
    }

    /** Everything in the store, that of every tenant's executions and that which has ended. */
    private List<Entry> rows() {
        List<Entry> rows = new ArrayList<>(state.list(Range.prefix(Key.Space.STATE, ""), 10_000));
        rows.addAll(state.list(Range.prefix(Key.Space.HISTORY, ""), 10_000));
        return rows;
    }

    private long telling() {
        return rows().stream()
                .filter(each -> each.value().text().contains(TELLING))
                .count();
    }

    @Test
    void nothingOfWhatAnExecutionCarriesIsToBeReadInTheStoreAndAnotherNodeWithTheKeyGoesOnWithIt() throws Exception {
        String key = KeyFiles.key();
        String first;
        String second;
        try (House house = open(key)) {
            first = waiting(house);
            second = another(house);
            finish(house, first, 1);
            house.deploy("plain", "echo");
            String plain = house.invoke("plain", INPUT, "Idempotency-Key", "k1").header("X-Execution-Id");
            Eventually.holds(
                    "its record is there",
                    () -> house.get("/api/v1/executions/" + plain).status() == 200);
            house.post("/api/v1/functions/plain/invoke-async", INPUT).is(202);
        }
        assertTrue(rows().size() > 10, "there is something");
        assertEquals(0, telling());
        try (House next = open(key)) { // a new data folder: another node, which takes over
            assertTrue(next.get("/api/v1/executions/" + first).is(200).body().contains(TELLING + "-1"));
            assertEquals(
                    TELLING,
                    next.get("/api/v1/executions/" + second + "/snapshots/1")
                            .is(200)
                            .at("/input/iban"));
            finish(next, second, 2);
            assertEquals(2, steps.get(), "what was done is not done again");
        }
        assertEquals(0, telling());
    }

    @Test
    void aNodeThatDiedIsTakenOverByOneThatRunsAlready() throws Exception {
        String key = KeyFiles.key();
        CutStore dying = new CutStore(state);
        try (House first = plan(key).on(dying, blobs).open()) {
            String id = waiting(first);
            try (House second = plan(key).open()) {
                dying.cut();
                finish(second, id, 1);
                assertEquals(1, steps.get(), "what was done is not done again");
            }
        }
        assertEquals(0, telling());
    }

    @Test
    void aNodeWithoutTheKeyDoesNotStartAndNothingHappensToWhatIsThere() throws Exception {
        String key = KeyFiles.key();
        String id;
        try (House house = open(key)) {
            id = waiting(house);
        }
        List<Entry> before = rows();
        for (String[] keys : List.of(new String[] {KeyFiles.key()}, new String[0])) {
            RuntimeException no =
                    assertThrows(RuntimeException.class, () -> open(keys).close());
            assertTrue(no.getMessage().contains("executions.encryption"), no.getMessage());
            assertTrue(no.getMessage().contains("encrypted in this state store"), no.getMessage());
        }
        assertEquals(before, rows());
        try (House house = open(key)) {
            finish(house, id, 1);
        }
    }

    @Test
    void aNewKeyIsPutBeforeTheOldOneAndWhatTheOldOneIsNeededForWaitsForIt() throws Exception {
        String old = KeyFiles.key();
        String fresh = KeyFiles.key();
        String first;
        String second;
        try (House house = open(old)) {
            first = waiting(house);
            second = another(house);
        }
        try (House house = open(fresh, old)) {
            finish(house, first, 1);
        }
        String third;
        try (House house = open(fresh)) { // the old one was taken out too early
            Reply reply = house.get("/api/v1/executions/" + second).isProblem(503, "unavailable");
            assertTrue(reply.body().contains("executions.encryption"), reply.body());
            third = another(house);
            finish(house, third, 3);
        }
        try (House house = open(fresh, old)) {
            finish(house, second, 2);
        }
    }

    /** It is due all the time, and whoever wants to carry it cannot read what it is. */
    @Test
    void whatCannotBeReadIsNotGivenUpOnAndDoneWhenItCan() throws Exception {
        String old = KeyFiles.key();
        String fresh = KeyFiles.key();
        String id;
        try (House house = plan(old).with("executions.paused", "true").open()) {
            Flows flows = new Flows(house);
            flows.deploy("waits", this::flow);
            id = flows.start("waits", INPUT);
        }
        plan(fresh, old)
                .with("executions.paused", "true")
                .open()
                .close(); // from here on nobody needs the old one to start
        Entry order = state.find(Key.state("t/default/o/" + id)).orElseThrow();
        try (House house = open(fresh)) {
            String other = another(house);
            Thread.sleep(1500); // several tries
            house.get("/api/v1/executions/" + id).isProblem(503, "unavailable");
            finish(house, other, steps.get());
        }
        assertEquals(Optional.of(order), state.find(order.key()));
        int before = steps.get();
        try (House house = open(fresh, old)) {
            new Flows(house).await(id, "suspended");
            finish(house, id, before + 1);
        }
    }

    @Test
    void itIsSwitchedOnWhileThereIsSomethingAndThatGoesOn() throws Exception {
        String ended;
        String open;
        try (House house = open()) {
            ended = waiting(house);
            finish(house, ended, 1);
            open = another(house);
        }
        assertTrue(telling() > 0, "it is to be read as long as that is off");
        try (House house = open(KeyFiles.key())) {
            assertTrue(house.get("/api/v1/executions/" + ended).is(200).body().contains(TELLING));
            finish(house, open, 2);
        }
    }
}
