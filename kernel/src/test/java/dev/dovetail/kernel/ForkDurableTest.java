package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.host.HostCall;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executions that begin as others did, and go another way from a step on. */
class ForkDurableTest {
    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    private final Counted steps = new Counted();

    private static Reply fork(House house, String id, String body) {
        return house.post("/api/v1/executions/" + id + ":fork", body);
    }

    @Test
    @Tag("EX-24")
    void aForkTakesOverWhatIsSettledAndGoesItsOwnWay(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("forked", steps.flow("c"));
            String id = flows.start("forked", "{}");
            flows.await(id, "suspended");
            flows.signal(id, "go", "7").is(202);
            assertEquals("[1,2,7,\"c\"]", flows.await(id, "succeeded").at("/output"));
            flows.version("forked", "forked-d", steps.flow("d"));

            Reply shown = house.post("/api/v1/executions/" + id + ":fork?dryRun=true", "{\"version\":2,\"from\":\"c\"}")
                    .is(200);
            assertTrue(shown.json().get("dryRun").booleanValue());
            assertEquals(3, shown.json().at("/difference/step").intValue(), shown.body());
            assertFalse(flows.show(id).json().has("followedBy"));

            Reply reply = fork(house, id, "{\"version\":2,\"from\":3}").is(202);
            String next = reply.at("/executionId");
            assertEquals("[1,2,7,\"d\"]", flows.await(next, "succeeded").at("/output"));
            assertEquals(1, steps.ran("a"), "what is settled is taken over");
            assertEquals(1, steps.ran("b"));
            assertEquals(1, steps.ran("d"));
            assertEquals(id, flows.show(next).at("/forkOf"));
            assertEquals(
                    next, flows.show(id).json().at("/followedBy/0/executionId").stringValue());
            assertEquals("fork", flows.show(id).json().at("/followedBy/0/how").stringValue());
            assertTrue(flows.events(next).contains("forked"), flows.events(next).toString());
            assertEquals("[1,2,7,\"c\"]", flows.show(id).at("/output"), "the other stays");
        }
    }

    @Test
    void aForkOfAnOpenExecutionFromBeforeItsWaitWaitsOfItsOwn(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("open", steps.flow("c"));
            String id = flows.start("open", "{}");
            flows.await(id, "suspended");
            String next = fork(house, id, "{\"from\":1}").is(202).at("/executionId");
            flows.await(next, "suspended");
            assertEquals(1, steps.ran("a"));
            assertEquals(2, steps.ran("b"), "the step from which it goes another way is its own");
            flows.signal(next, "go", "8").is(202);
            assertEquals("[1,2,8,\"c\"]", flows.await(next, "succeeded").at("/output"));
            assertEquals("suspended", flows.status(id));
            flows.signal(id, "go", "9").is(202);
            assertEquals("[1,2,9,\"c\"]", flows.await(id, "succeeded").at("/output"));
        }
    }

    @Test
    void aForkBeforeWhichTheVersionDiffersIsRefusedWithTheDifference(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("refused", steps.flow("c"));
            String id = flows.start("refused", "{}");
            flows.await(id, "suspended");
            flows.version("refused", "refused-x", guest -> steps.step(guest, "x", "1"));
            Reply reply = fork(house, id, "{\"version\":2,\"from\":2}").isProblem(409, "invalid_state");
            assertEquals(0, reply.json().at("/difference/step").intValue(), reply.body());
            assertTrue(reply.at("/difference/found").contains("\"x\""), reply.body());
            assertEquals(0, steps.ran("x"));
            fork(house, id, "{\"from\":\"nothing\"}").isProblem(422, "validation");
            fork(house, id, "{\"from\":99}").isProblem(422, "validation");
            fork(house, id, "{}").isProblem(400, "malformed");
            fork(house, id, "{\"from\":0,\"version\":7}").isProblem(404, "not_found");
            house.deploy("refused-plain", "echo");
            String plain = flows.start("refused-plain", "{}");
            flows.await(plain, "succeeded");
            fork(house, plain, "{\"from\":0}").isProblem(409, "invalid_state");
        }
    }

    @Test
    void aForkMayHaveAnotherInputAsLongAsNothingBeforeItDependsOnIt(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("input", guest -> {
                steps.step(guest, "a", "1");
                return guest.step(
                        new HostCall.Step(
                                "b",
                                guest.invocation().input(),
                                java.util.Optional.empty(),
                                dev.dovetail.spi.host.StepPolicy.USUAL),
                        (it, _) -> it.input().path("n").toString());
            });
            String id = flows.start("input", "{\"n\":1}");
            assertEquals("1", flows.await(id, "succeeded").at("/output"));
            String next = fork(house, id, "{\"from\":\"b\",\"input\":{\"n\":5}}")
                    .is(202)
                    .at("/executionId");
            assertEquals("5", flows.await(next, "succeeded").at("/output"));
            assertEquals(1, steps.ran("a"));
            fork(house, id, "{\"from\":2,\"input\":{\"n\":5}}").isProblem(409, "invalid_state");
        }
    }

    @Test
    void whatWasUndoneIsNotTakenOver(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            house.commands.flow("give-back", _ -> "1");
            flows.deploy("undone", guest -> {
                guest.undoable("take", "give-back", (_, _) -> "1");
                throw Guest.fails("no good");
            });
            String id = flows.start("undone", "{}");
            flows.await(id, "compensated");
            Reply reply = fork(house, id, "{\"from\":1}").isProblem(409, "invalid_state");
            assertTrue(reply.at("/detail").contains("was undone"), reply.body());
            fork(house, id, "{\"from\":0}").is(202);
        }
    }

    @Test
    void aForkThatWasAcceptedIsCarriedAfterTheNodeDied(@TempDir Path one, @TempDir Path two) throws Exception {
        CutStore store = new CutStore(state);
        try (House house = House.at(one).on(store, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("dies", guest -> {
                String a = steps.step(guest, "a", "1");
                house.commands.gate("b").pass();
                return a + guest.step("b", (_, _) -> "2");
            });
            house.commands.gate("b").open();
            String id = flows.start("dies", "{}");
            flows.await(id, "succeeded");
            store.cutBefore(changes -> CutStore.touches(changes, "t/default/s/"));
            assertTrue(fork(house, id, "{\"from\":1}").status() >= 500, "the commit was not made");
            assertTrue(store.isCut());
            try (House next =
                    House.at(Flows.sameNode(house, two)).on(state, blobs).open()) {
                Flows after = new Flows(next);
                next.commands.flow("dies", guest -> steps.step(guest, "a", "1") + steps.step(guest, "b", "2"));
                assertFalse(after.show(id).json().has("followedBy"), "all of it was written, or nothing");
                String fork = fork(next, id, "{\"from\":1}").is(202).at("/executionId");
                assertEquals("12", after.await(fork, "succeeded").at("/output"));
                assertEquals(1, steps.ran("a"));
            }
        }
    }
}
