package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ends the process whenever it runs is found and ended; what was under way beside it is not to blame. */
class KillsDurableTest {
    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();

    /** A process that may be ended at any moment. */
    private House open(Path folder, int life, CutStore store, Path before) throws Exception {
        Path mine = folder.resolve("life-" + life);
        if (life > 0) {
            java.nio.file.Files.createDirectories(mine.resolve("data"));
            java.nio.file.Files.copy(before.resolve("data/node"), mine.resolve("data/node"));
        }
        return House.at(mine).on(store, blobs).open();
    }

    @Test
    @Tag("WF-24")
    @Tag("NF-11")
    void whatEndsItsProcessEachTimeUsesUpItsAttemptsAndItsNeighbourDoesNot(@TempDir Path folder) throws Exception {
        endsItsProcessEachTime(folder, "count kills\ngate kills\necho", "", "dead_lettered", (house, id) -> {
            Reply letter = house.get("/api/v1/dead-letters/" + id).is(200);
            assertEquals("2", letter.at("/attempts"));
            assertTrue(letter.body().contains("also twice when it ran alone"), letter.body());
        });
    }

    @Test
    @Tag("NF-11")
    void aWorkflowThatDoesRunsAgainBeforeItFails(@TempDir Path folder) throws Exception {
        endsItsProcessEachTime(
                folder, "flow kills", ",\"kind\":\"workflow\",\"runtime\":\"worker\"", "failed", (house, id) -> {
                    List<String> events = events(house, id);
                    assertEquals("started", events.getFirst());
                    assertEquals(
                            List.of("attempt_failed", "resumed", "failed"),
                            events.subList(events.size() - 3, events.size()));
                });
    }

    private interface Ended {
        void look(House house, String id) throws Exception;
    }

    private void endsItsProcessEachTime(Path folder, String code, String more, String end, Ended then)
            throws Exception {
        String killer = "";
        String neighbour = "";
        Path before = folder;
        AtomicInteger lives = new AtomicInteger();
        for (int life = 0; life < 12; life++) {
            CutStore store = new CutStore(state);
            try (House house = open(folder, life, store, before)) {
                before = house.folder;
                Flows flows = new Flows(house);
                house.commands.flow("kills", guest -> {
                    guest.step("a", (_, _) -> "1");
                    return guest.step("b", (_, _) -> {
                        house.commands.count("kills").incrementAndGet();
                        house.commands.gate("kills").pass();
                        return "2";
                    });
                });
                if (life == 0) {
                    house.deploy("kills", code, "\"traits\":{\"retry\":{\"maxAttempts\":2}}" + more);
                    house.deploy("beside", "gate beside\necho");
                    killer = flows.start("kills", "1");
                    neighbour = flows.start("beside", "2");
                }
                String id = killer;
                String other = neighbour;
                if (life > 1) {
                    house.commands.gate("beside").open(); // it would have ended long ago, but for the others
                }
                Eventually.holds(
                        "it runs, or has ended",
                        () -> house.commands.count("kills").get() > 0
                                || flows.status(id).equals(end));
                if (house.commands.count("kills").get() == 0) {
                    assertTrue(life >= 5, "too soon: in life " + life);
                    then.look(house, id);
                    Reply ended = flows.await(other, "succeeded");
                    assertEquals("1", ended.at("/attempt"));
                    lives.set(life);
                    break;
                }
                if (life < 2) {
                    house.commands.gate("beside").await(1);
                }
                store.cut(); // the process ends
                house.commands.gate("kills").open();
                house.commands.gate("beside").open();
            }
        }
        assertTrue(lives.get() > 0, "it went on for ever");
    }

    private interface End {
        void of(House house, CutStore store);
    }

    /** Four nodes one after the other have a call under way that may be tried once; it is left to the last, where it ends well. */
    private void isNotHeldAgainstIt(Path folder, End end) throws Exception {
        String id = "";
        Path before = folder;
        for (int life = 0; life < 4; life++) {
            CutStore store = new CutStore(state);
            try (House house = open(folder, life, store, before)) {
                before = house.folder;
                Flows flows = new Flows(house);
                if (life == 0) {
                    house.deploy("slow", "gate slow\necho", "\"traits\":{\"retry\":{\"maxAttempts\":1}}");
                    id = flows.start("slow", "1");
                }
                house.commands.gate("slow").await(1);
                if (life == 3) {
                    house.commands.gate("slow").open();
                    assertEquals("1", flows.await(id, "succeeded").at("/attempt"));
                }
                end.of(house, store);
            }
        }
    }

    @Test
    @Tag("WF-24")
    void aNodeThatSomethingElseEndsWhileOneRunsAloneIsNotHeldAgainstThatOne(@TempDir Path folder) throws Exception {
        // from the second life on it is marked, in the third it runs alone
        isNotHeldAgainstIt(folder, (house, store) -> {
            store.cut(); // the process ends
            house.commands.gate("slow").open();
        });
    }

    @Test
    @Tag("WF-24")
    void whatANodeLeavesWhenItStopsIsNotCounted(@TempDir Path folder) throws Exception {
        isNotHeldAgainstIt(folder, (_, _) -> {});
    }

    /** What happened to it, by its timeline. */
    private static List<String> events(House house, String id) throws Exception {
        List<String> types = new ArrayList<>();
        house.get("/api/v1/executions/" + id + "/timeline")
                .is(200)
                .json()
                .get("items")
                .forEach(each -> types.add(each.get("eventType").stringValue()));
        return types;
    }

    @Test
    @Tag("WF-24")
    @Tag("IV-06")
    void deadLettersAndKeysAreForgottenAfterAWhile(@TempDir Path one, @TempDir Path two) throws Exception {
        String old;
        String young;
        try (House house = House.at(one).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            house.deploy("dies", "fail broken", "\"traits\":{\"retry\":{\"maxAttempts\":1}}");
            house.deploy("echo", "echo");
            old = flows.start("dies", "1");
            young = flows.start("dies", "2");
            flows.await(old, "dead_lettered");
            flows.await(young, "dead_lettered");
            house.invoke("echo", "1", "Idempotency-Key", "old").is(200);
            house.invoke("echo", "1", "Idempotency-Key", "young").is(200);
        }
        Aged.set(state, "t/default/d/" + old, "deadSince", "2020-01-01T00:00:00Z");
        String claim = Aged.keys(state, "t/default/idem/").getFirst();
        Aged.set(state, claim, "until", "2020-01-01T00:00:00Z");
        try (House house = House.at(two).on(state, blobs).open()) {
            Eventually.holds(
                    "they are gone",
                    () -> house.get("/api/v1/dead-letters/" + old).status() == 404
                            && !Aged.keys(state, "t/default/idem/").contains(claim));
            house.get("/api/v1/dead-letters/" + young).is(200);
            assertEquals(1, Aged.keys(state, "t/default/idem/").size());
        }
    }
}
