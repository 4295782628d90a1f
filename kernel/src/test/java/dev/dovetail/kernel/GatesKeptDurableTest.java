package dev.dovetail.kernel;

import static dev.dovetail.kernel.AtGates.gate;
import static dev.dovetail.kernel.AtGates.gates;
import static dev.dovetail.kernel.AtGates.held;
import static dev.dovetail.kernel.AtGates.release;
import static dev.dovetail.kernel.AtGates.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What gates hold is kept, undone, forked, ended and refused like anything else. */
@Timeout(120)
@Tag("EX-26")
class GatesKeptDurableTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    private final Counted steps = new Counted();

    /** Charges and ships: {@code [what charge answered, what ship answered]}. */
    private Guest.Flow order() {
        return guest -> {
            String charged = steps.step(guest, "charge", "{\"paid\":12}");
            String shipped = steps.step(guest, "ship", "\"shipped\"");
            return "[" + charged + "," + shipped + "]";
        };
    }

    @Test
    void whatIsHeldSurvivesARestartAndIsReleasedByWhoeverCarriesItThen(@TempDir Path one, @TempDir Path two)
            throws Exception {
        CutStore store = new CutStore(state);
        try (House house = House.at(one).on(store, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("order", order());
            String id = start(house, "order", gate("after", "charge"));
            held(house, id);
            flows.await(id, "suspended");
            store.cut();
            try (House next =
                    House.at(Flows.sameNode(house, two)).on(state, blobs).open()) {
                next.commands.flow("order", order());
                JsonNode held = held(next, id);
                assertEquals(12, held.at("/holds/output/paid").intValue(), held::toString);
                release(next, id, held, "{\"output\":{\"paid\":3}}").is(200);
                assertEquals(
                        "[{\"paid\":3},\"shipped\"]",
                        new Flows(next).await(id, "succeeded").at("/output"));
                assertEquals(1, steps.ran("charge"));
            }
        }
    }

    @Test
    void aForkAndAReplayAreHeldAtGatesOfTheirOwn(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("order", order());
            String id = start(house, "order", gate("after", "charge"));
            JsonNode held = held(house, id);
            flows.await(id, "suspended");
            String fork = house.post(
                            "/api/v1/executions/" + id + ":fork",
                            "{\"from\":\"ship\",\"gates\":[" + gate("before", "ship") + "]}")
                    .isProblem(422, "validation")
                    .body();
            assertTrue(fork.contains("\\\"charge\\\" (0)"), "ship was not asked for: " + fork);
            fork = house.post(
                            "/api/v1/executions/" + id + ":fork",
                            "{\"from\":1,\"gates\":[" + gate("before", "ship") + "]}")
                    .is(202)
                    .at("/executionId");
            assertEquals("ship", held(house, fork).get("step").stringValue());
            assertEquals(1, steps.ran("charge"), "what a gate holds was done, and is taken over");
            release(house, fork, held(house, fork), "{\"output\":4}").is(200);
            assertEquals("[{\"paid\":12},4]", flows.await(fork, "succeeded").at("/output"));

            release(house, id, held, "{}").is(200);
            flows.await(id, "succeeded");
            String again = house.post(
                            "/api/v1/jobs/" + id + ":replay", "{\"gates\":[" + gate("before", "charge") + "]}")
                    .is(202)
                    .at("/job_id");
            release(house, again, held(house, again), "{\"output\":1}").is(200);
            assertEquals("[1,\"shipped\"]", flows.await(again, "succeeded").at("/output"));
            assertEquals(1, steps.ran("charge"));
        }
    }

    @Test
    void whatUndoesAStepIsGivenWhatTheStepAnsweredAndNotWhatWasPutInItsPlace(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            List<String> undone = new CopyOnWriteArrayList<>();
            house.commands.flow("undo", guest -> {
                Entry.Compensation entry =
                        (Entry.Compensation) guest.invocation().entry();
                undone.add(
                        entry.step() + " " + entry.stepOutput().map(Bytes::text).orElse(""));
                return "1";
            });
            flows.deploy("undone", guest -> {
                guest.undoable("a", "undo", (_, _) -> "\"mine\"");
                guest.undoable("b", "undo", (_, _) -> "2");
                throw Guest.fails("the cause");
            });
            String id = start(house, "undone", gate("after", "a"), gate("before", "b"));
            release(house, id, held(house, id), "{\"output\":\"other\"}").is(200);
            Eventually.holds(
                    "b is held", () -> house.get(gates(id)).at("/items/1/state").equals("held"));
            release(house, id, house.get(gates(id)).json().at("/items/1"), "{\"output\":3}")
                    .is(200);
            flows.await(id, "compensated");
            assertEquals(List.of("a \"mine\""), undone, "what never ran is not undone");

            // held when it is canceled: it is undone as a step that ended
            String held = start(house, "undone", gate("after", "a"));
            held(house, held);
            flows.await(held, "suspended");
            flows.control(held, "cancel").is(202);
            flows.await(held, "compensated");
            assertEquals(List.of("a \"mine\"", "a \"mine\""), undone);
            house.put(gates(held) + "/g1/release", "{}").isProblem(409, "invalid_state");
        }
    }

    @Test
    void aGateThatIsDeletedLetsGoWhatItHoldsAndTerminationEndsWhatIsHeld(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("order", order());
            String id = start(house, "order", gate("before", "charge"), gate("before", "never"));
            JsonNode held = held(house, id);
            house.delete(gates(id) + "/" + held.get("id").stringValue()).is(204);
            assertEquals(
                    "[{\"paid\":12},\"shipped\"]", flows.await(id, "succeeded").at("/output"));
            assertEquals(1, house.get(gates(id)).is(200).json().get("items").size());
            assertEquals("waiting-for", house.get(gates(id)).at("/items/0/state"));
            String ends = start(house, "order", gate("before", "ship"));
            held(house, ends);
            flows.control(ends, "terminate").is(202);
            flows.await(ends, "canceled");
            assertEquals(1, steps.ran("ship"));
        }
    }

    @Test
    void aGateMayBeSetWhileItWaitsAndTheTimeInWhichItIsHeldIsNotTheCalls(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("waits", guest -> {
                guest.call(Guest.event("go", HOUR));
                try {
                    return guest.call(Guest.event("late", Duration.ofSeconds(2)));
                } catch (Guest.Refused e) {
                    return e.fault().id().equals(Fault.TIMEOUT) ? "\"too late\"" : "\"?\"";
                }
            });
            String id = flows.start("waits", "{}");
            flows.await(id, "suspended");
            house.post(gates(id) + "?dryRun=true", gate("before", "late")).is(200);
            assertEquals(0, house.get(gates(id)).is(200).json().get("items").size());
            Reply set = house.post(gates(id), gate("before", "late")).is(201);
            assertEquals("waiting-for", set.at("/state"));
            assertEquals(gates(id) + "/" + set.at("/id"), set.header("Location"));
            release(house, id, set.json(), "{}").isProblem(409, "invalid_state");
            flows.signal(id, "go", "1").is(202);
            JsonNode held = held(house, id);
            Thread.sleep(2500); // longer than the wait may take: it has not begun
            assertEquals("suspended", flows.status(id));
            release(house, id, held, "{}").is(200);
            Eventually.holds("it waits", () -> flows.show(id).at("/waitsFor").equals("event"));
            flows.signal(id, "late", "7").is(202);
            assertEquals("7", flows.await(id, "succeeded").at("/output"));
        }
    }

    @Test
    void oneOfManyWhoReleaseDoesAndWhatIsNoGateIsRefusedInWords(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("order", order());
            house.deploy("plain", "echo");
            String id = start(house, "order", gate("before", "ship"));
            JsonNode held = held(house, id);
            for (String wrong : List.of(
                    "{}", gate("during", "ship"), gate("before", ""), gate("after", "x".repeat(257)), "{\"when\":1}")) {
                house.post(gates(id), wrong).isProblem(422, "validation");
                house.post(
                                "/api/v1/jobs",
                                "{\"jsonrpc\":\"2.0\",\"method\":\"order\",\"params\":{},\"gates\":[" + wrong + "]}")
                        .isProblem(422, "validation");
            }
            house.post("/api/v1/jobs", "{\"jsonrpc\":\"2.0\",\"method\":\"order\",\"params\":{},\"gates\":7}")
                    .isProblem(422, "validation");
            String plain =
                    "{\"jsonrpc\":\"2.0\",\"method\":\"plain\",\"params\":{},\"gates\":[" + gate("before", "x") + "]}";
            assertEquals(
                    "/gates",
                    house.post("/api/v1/jobs", plain)
                            .isProblem(422, "validation")
                            .at("/errors/0/path"));
            house.post(gates("0197f000-0000-7000-8000-000000000000"), gate("before", "ship"))
                    .isProblem(404, "not_found");
            house.put(gates(id) + "/g0/release", "{}").isProblem(404, "not_found");
            house.delete(gates(id) + "/g0").isProblem(404, "not_found");
            Reply large = release(house, id, held, "{\"output\":\"" + "x".repeat(300 << 10) + "\"}")
                    .isProblem(422, "validation");
            assertEquals("/output", large.at("/errors/0/path"));
            release(house, id, held, "{\"output\":").isProblem(400, "parse");
            release(house, id, held, "{\"value\":1}").isProblem(400, "malformed");

            List<Integer> statuses = IntStream.range(0, 4)
                    .parallel()
                    .mapToObj(n ->
                            release(house, id, held, "{\"output\":" + n + "}").status())
                    .sorted()
                    .toList();
            assertEquals(List.of(200, 409, 409, 409), statuses);
            flows.await(id, "succeeded");
            house.post(gates(id), gate("before", "ship")).isProblem(409, "invalid_state");
            release(house, id, held, "{}").isProblem(409, "invalid_state");
        }
    }
}
