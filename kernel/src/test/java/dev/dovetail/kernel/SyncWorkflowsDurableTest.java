package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Workflows whose caller waits for their answer. */
@ExtendWith(OpenHouse.class)
record SyncWorkflowsDurableTest(House house, Flows flows) {
    @Test
    @Tag("IV-16")
    void aCheckpointChangesNothingAWaitIsAnErrorAndWhatIsOnlyAsynchronousIsRefused() throws Exception {
        flows.deploy("straight", guest -> {
            guest.step("before", (_, _) -> "1");
            guest.call(new HostCall.Other("checkpoint", 1, Bytes.utf8("{\"label\":\"half\"}")));
            return guest.step("after", (_, _) -> "{\"done\":true}");
        });
        Reply answer = house.invoke("straight", "{}").is(200);
        assertEquals("{\"done\":true}", answer.body());
        assertTrue(flows.status(answer.header("X-Execution-Id")).equals("succeeded"));

        flows.deploy(
                "waits",
                guest -> guest.call(Guest.event("go", Duration.ofHours(1))),
                "\"traits\":{\"invocation\":{\"default\":\"sync\"}}");
        Reply told = house.invoke("waits", "{}").isProblem(409, "sync_suspension");
        String id = told.at("/executionId");
        assertEquals(id, told.header("X-Execution-Id"));
        String rpc = house.rpc("{\"jsonrpc\":\"2.0\",\"method\":\"waits\",\"id\":1}")
                .is(200)
                .at("/error/data/id");
        assertTrue(rpc.contains("sync_suspension"), rpc);
        // the caller was told, and what it had begun goes on
        flows.await(id, "suspended");
        flows.signal(id, "go", "7").is(202);
        assertTrue(flows.await(id, "succeeded").at("/output").contains("7"));

        flows.deploy(
                "behind",
                guest -> "1",
                "\"traits\":{\"invocation\":{\"supported\":[\"async\"],\"default\":\"async\"}}");
        house.invoke("behind", "{}").isProblem(422, "unsupported");
        assertEquals(
                0,
                house.get("/api/v1/executions?function=behind")
                        .is(200)
                        .json()
                        .at("/items")
                        .size());
        flows.await(flows.start("behind", "{}"), "succeeded");
    }
}
