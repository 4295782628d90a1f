package dev.dovetail.kernel;

import static dev.dovetail.kernel.AtGates.gate;
import static dev.dovetail.kernel.AtGates.gates;
import static dev.dovetail.kernel.AtGates.held;
import static dev.dovetail.kernel.AtGates.release;
import static dev.dovetail.kernel.AtGates.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Workflows that are held before and after their steps, and go on with what somebody says. */
@Timeout(120)
@Tag("EX-26")
class GatesDurableTest {
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
    void whatIsHeldBeforeAStepGoesOnUnchangedWhenItIsReleased(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("order", order());
            String id = start(house, "order", gate("before", "ship"));
            JsonNode held = held(house, id);
            flows.await(id, "suspended");
            assertEquals("system/operator", held.get("by").stringValue());
            assertEquals(1, held.get("call").intValue());
            assertEquals("ship", held.at("/holds/input/of").stringValue(), held::toString);
            assertEquals(0, steps.ran("ship"));
            assertEquals("gate", flows.show(id).at("/waitsFor"));
            assertEquals(
                    "PUT " + gates(id) + "/" + held.get("id").stringValue() + "/release",
                    flows.show(id).at("/heldAt/0/release"));
            String why =
                    house.get("/api/v1/executions/" + id + "/explain").is(200).at("/why");
            assertTrue(why.contains("before \"ship\"") && why.contains("/release lets it go on"), why);

            assertEquals("released", release(house, id, held, "{}").is(200).at("/state"));
            assertEquals(
                    "[{\"paid\":12},\"shipped\"]", flows.await(id, "succeeded").at("/output"));
            assertEquals(1, steps.ran("charge"), "what was done before is not done again");
            assertEquals(1, steps.ran("ship"));
            List<String> events = flows.events(id);
            assertTrue(events.containsAll(List.of("gate_set", "gate_held", "gate_released")), events::toString);
            assertFalse(
                    flows.timeline(id).toString().contains("\"replaced\""),
                    () -> flows.timeline(id).toString());
        }
    }

    @Test
    void anOutputGivenBeforeAStepSettlesItAndItNeverRuns(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("order", order());
            String id = start(house, "order", gate("before", "charge"));
            release(house, id, held(house, id), "{\"output\":{\"paid\":0}}").is(200);
            assertEquals(
                    "[{\"paid\":0},\"shipped\"]", flows.await(id, "succeeded").at("/output"));
            assertEquals(0, steps.ran("charge"));
            JsonNode answered = flows.timeline(id).stream()
                    .filter(each -> each.get("eventType").stringValue().equals("step_completed"))
                    .findFirst()
                    .orElseThrow();
            assertTrue(answered.at("/details/replaced").booleanValue(), answered::toString);
            assertEquals("system/operator", answered.at("/details/by").stringValue());
            Reply audit = house.get("/api/v1/audit").is(200);
            assertTrue(audit.body().contains("put_executions_gates_release"), audit.body());
            assertEquals(id, audit.at("/items/0/executionId"));
        }
    }

    @Test
    void anOutputGivenAfterAStepIsWhatTheWorkflowSeesAlsoWhenItIsReplayed(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("order", guest -> {
                String charged = steps.step(guest, "charge", "{\"paid\":12}");
                String go = guest.call(Guest.event("go", HOUR));
                return "[" + charged + "," + go + "," + steps.step(guest, "ship", "1") + "]";
            });
            String id = start(house, "order", gate("after", "charge"));
            JsonNode held = held(house, id);
            assertEquals(12, held.at("/holds/output/paid").intValue(), held::toString);
            release(house, id, held, "{\"output\":{\"paid\":99}}").is(200);
            flows.await(id, "suspended");
            Eventually.holds("it waits", () -> flows.show(id).at("/waitsFor").equals("event"));
            flows.signal(id, "go", "1").is(202); // replays what is before
            assertEquals("[{\"paid\":99},1,1]", flows.await(id, "succeeded").at("/output"));
            assertEquals(1, steps.ran("charge"));
            assertTrue(
                    house.post("/api/v1/executions/" + id + ":compare", "{\"version\":1}")
                            .is(200)
                            .json()
                            .get("same")
                            .booleanValue(),
                    "no divergence");
        }
    }

    @Test
    void aStepThatFailedMayBeSaidToHaveSucceeded(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy(
                    "fails",
                    guest -> guest.step(
                            Guest.step("s", Optional.empty(), Guest.policy(1, Duration.ZERO, HOUR)), (_, _) -> {
                                throw Guest.fails("no");
                            }));
            String id = start(house, "fails", gate("after", "s"));
            JsonNode held = held(house, id);
            assertEquals("no", held.at("/holds/error/message").stringValue(), held::toString);
            release(house, id, held, "{\"output\":5}").is(200);
            assertEquals("5", flows.await(id, "succeeded").at("/output"));
            String other = start(house, "fails", gate("after", "s"));
            release(house, other, held(house, other), "{}").is(200);
            assertEquals("no", flows.await(other, "failed").at("/error/message"));
        }
    }

    @Test
    void whatIsNamedLikeASecretIsMaskedInWhatAGateHolds(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("login", guest -> steps.step(guest, "login", "{\"accessToken\":\"t-1\",\"user\":\"ada\"}"));
            String id = start(house, "login", gate("after", "login"));
            JsonNode output = held(house, id).at("/holds/output");
            assertEquals("{\"accessToken\":\"***\",\"user\":\"ada\"}", output.toString());
            release(house, id, held(house, id), "{}").is(200);
            assertEquals("t-1", flows.await(id, "succeeded").at("/output/accessToken"), "and goes on as it is");
        }
    }

    /** A step that is begun first and awaited last, and two between. */
    private Guest.Flow branches() {
        return guest -> {
            guest.ask(Guest.step("left"));
            String right = steps.step(guest, "right", "1") + "," + steps.step(guest, "more", "2");
            HostReply reply = guest.next().reply();
            if (reply instanceof HostReply.Run run) {
                steps.count("left");
                guest.ask(new HostCall.StepDone(run.scope(), guest.result(run, (_, _) -> "\"left\"")));
                reply = guest.next().reply();
            }
            return "[" + right + "," + Guest.value(reply) + "]";
        };
    }

    @Test
    void aGateHoldsOneBranchWhileOthersGoOn(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("branches", branches());
            String id = start(house, "branches", gate("before", "left"));
            flows.await(id, "suspended");
            assertEquals(1, steps.ran("more"), "the other branch went on");
            assertEquals(0, steps.ran("left"));
            release(house, id, held(house, id), "{}").is(200);
            assertEquals("[1,2,\"left\"]", flows.await(id, "succeeded").at("/output"));
            assertEquals(Map.of("left", 1, "right", 1, "more", 1), steps.all());
        }
    }

    /** Two steps at once, one of which takes its time; their answers as they come. */
    private Guest.Flow both(House house) {
        return guest -> {
            Map<Long, String> labels = new HashMap<>();
            labels.put(guest.ask(Guest.step("left")), "left");
            labels.put(guest.ask(Guest.step("right")), "right");
            Map<String, String> answers = new TreeMap<>();
            while (answers.size() < 2) {
                Answer.Reply next = guest.next();
                String label = labels.get(next.ticket());
                if (next.reply() instanceof HostReply.Run run) {
                    steps.count(label);
                    if (label.equals("right")) {
                        house.commands.gate("right").pass();
                    }
                    HostCall.StepResult done = guest.result(run, (_, _) -> "\"" + label + "\"");
                    labels.put(guest.ask(new HostCall.StepDone(run.scope(), done)), label);
                } else {
                    answers.put(label, Guest.value(next.reply()));
                }
            }
            return House.SCHEMAS
                    .bytes(House.SCHEMAS.object().put("all", answers.toString()))
                    .text();
        };
    }

    @Test
    void whatIsHeldWhileCodeRunsGoesOnWithoutLeaving(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("busy", both(house));
            String id = start(house, "busy", gate("before", "left"));
            house.commands.gate("right").await(1);
            JsonNode held = held(house, id);
            assertEquals("running", flows.status(id));
            String why =
                    house.get("/api/v1/executions/" + id + "/explain").is(200).at("/why");
            assertTrue(why.contains("held: before \"left\""), why);
            // set while it runs, and hit by the same code
            house.post(gates(id), gate("after", "right")).is(201);
            release(house, id, held, "{}").is(200);
            house.commands.gate("right").open();
            Eventually.holds(
                    "the answer is held",
                    () -> house.get(gates(id)).at("/items/1/state").equals("held"));
            release(house, id, house.get(gates(id)).json().at("/items/1"), "{\"output\":9}")
                    .is(200);
            assertEquals(
                    "{left=\"left\", right=9}", flows.await(id, "succeeded").at("/output/all"));
            assertEquals(Map.of("left", 1, "right", 1), steps.all());
        }
    }
}
