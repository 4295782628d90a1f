package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.StepPolicy;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A step whose policy is to ask: what became of it when the process died, somebody says. */
class ResolveDurableTest {
    private static final StepPolicy ASK = new StepPolicy(
            3,
            Duration.ofMillis(10),
            1,
            Duration.ofMinutes(1),
            List.of(),
            Duration.ofMinutes(1),
            StepPolicy.Unknown.ASK_OPERATOR);

    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    private final AtomicInteger runs = new AtomicInteger();

    private Guest.Flow flow(House house) {
        return guest -> {
            HostCall.Step pay = Guest.step("pay", Optional.empty(), ASK);
            String paid;
            try {
                paid = guest.step(pay, (_, _) -> {
                    runs.incrementAndGet();
                    house.commands.gate("pay").pass();
                    return "\"paid\"";
                });
            } catch (Guest.Refused e) {
                paid = "\"" + e.fault().message() + "\"";
            }
            return paid;
        };
    }

    /** What is done with an execution whose step was in flight when its node died. */
    private interface Then {
        void with(House house, Flows flows, String id) throws Exception;
    }

    private void dies(Path one, Path two, Then then) throws Exception {
        CutStore store = new CutStore(state);
        try (House house = House.at(one).on(store, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("pays", flow(house));
            String id = flows.start("pays", "{}");
            house.commands.gate("pay").await(1);
            store.cut();
            house.commands.gate("pay").open();
            try (House next =
                    House.at(Flows.sameNode(house, two)).on(state, blobs).open()) {
                next.commands.flow("pays", flow(next));
                Flows after = new Flows(next);
                Eventually.holds(
                        "it waits for somebody",
                        () -> after.show(id).at("/waitsFor").equals("operator"));
                assertEquals(1, runs.get(), "it is not run again");
                then.with(next, after, id);
            }
        }
    }

    private static Reply resolve(House house, String id, String body) {
        return house.post("/api/v1/executions/" + id + ":resolve", body);
    }

    @Test
    @Tag("WF-29")
    void whatWasDoneIsSettledWithWhatIsSaid(@TempDir Path one, @TempDir Path two) throws Exception {
        dies(one, two, (house, flows, id) -> {
            assertEquals("suspended", flows.status(id));
            String why =
                    house.get("/api/v1/executions/" + id + "/explain").is(200).at("/why");
            assertTrue(why.contains("step 0 (\"pay\")") && why.contains(":resolve"), why);
            resolve(house, id, "{\"step\":7,\"outcome\":\"retry\"}").isProblem(422, "validation");
            resolve(house, id, "{\"step\":0,\"outcome\":\"perhaps\"}").isProblem(400, "malformed");
            resolve(house, id, "{\"step\":0,\"outcome\":\"done\"}").isProblem(400, "malformed");
            house.post(
                            "/api/v1/executions/" + id + ":resolve?dryRun=true",
                            "{\"step\":\"pay\",\"outcome\":\"done\",\"output\":1}")
                    .is(200);
            resolve(house, id, "{\"step\":\"pay\",\"outcome\":\"done\",\"output\":{\"receipt\":5}}")
                    .is(202);
            Reply ended = flows.await(id, "succeeded");
            assertEquals(5, ended.json().at("/output/receipt").intValue(), ended.body());
            assertEquals(1, runs.get());
            assertTrue(
                    flows.events(id).contains("step_resolved"), flows.events(id).toString());
            resolve(house, id, "{\"step\":0,\"outcome\":\"retry\"}").isProblem(409, "invalid_state");
        });
    }

    @Test
    void whatFailedIsAFailureOfTheStep(@TempDir Path one, @TempDir Path two) throws Exception {
        dies(one, two, (house, flows, id) -> {
            resolve(house, id, "{\"step\":0,\"outcome\":\"failed\",\"error\":\"the bank says no\"}")
                    .is(202);
            assertEquals("the bank says no", flows.await(id, "succeeded").at("/output"));
            assertEquals(1, runs.get());
        });
    }

    @Test
    void whatIsToBeTriedAgainRunsAgainAndIsAskedForAgainIfThatIsLostToo(@TempDir Path one, @TempDir Path two)
            throws Exception {
        dies(one, two, (house, flows, id) -> {
            resolve(house, id, "{\"step\":0,\"outcome\":\"retry\"}").is(202);
            house.commands.gate("pay").await(1);
            resolve(house, id, "{\"step\":0,\"outcome\":\"done\",\"output\":1}").isProblem(409, "invalid_state");
            house.commands.gate("pay").open();
            assertEquals("paid", flows.await(id, "succeeded").at("/output"));
            assertEquals(2, runs.get());
        });
    }

    @Test
    void aStepThatEndedAndFailedIsNotAskedFor(@TempDir Path one) throws Exception {
        try (House house = House.at(one).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy(
                    "fails",
                    guest -> guest.step(Guest.step("s", Optional.empty(), ASK), (_, _) -> {
                        if (runs.incrementAndGet() < 3) {
                            throw Guest.fails("not yet");
                        }
                        return "1";
                    }));
            assertEquals(
                    "1", flows.await(flows.start("fails", "{}"), "succeeded").at("/output"));
        }
    }
}
