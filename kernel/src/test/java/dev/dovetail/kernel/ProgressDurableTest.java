package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dovetail.spi.host.HostNote;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How far code says that it is can be asked while it runs, and while it waits, and on another node. */
@Tag("OB-20")
class ProgressDurableTest {
    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();

    private static Guest.Flow flow(House house) {
        return guest -> {
            guest.host().tell(new HostNote.Progress(0.25, "a quarter"));
            house.commands.gate("quarter").pass();
            guest.host().tell(new HostNote.Progress(0.5, "half"));
            guest.call(Guest.event("go", Duration.ofHours(1)));
            guest.host().tell(new HostNote.Progress(7, "all of it"));
            house.commands.gate("all").pass();
            return "1";
        };
    }

    private static String told(Flows flows, String id) {
        Reply shown = flows.show(id).is(200);
        return shown.at("/progress/fraction") + " " + shown.at("/progress/message");
    }

    @Test
    void aWorkflowTellsWhileItRunsAndWaitsAndAfterARestart(@TempDir Path one, @TempDir Path two) throws Exception {
        String id;
        try (House house = House.at(one).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("long", flow(house));
            id = flows.start("long", "{}");
            house.commands.gate("quarter").await(1);
            assertEquals("0.25 a quarter", told(flows, id), "before anything of it is in the journal");
            house.commands.gate("quarter").open();
            flows.await(id, "suspended");
            assertEquals("0.5 half", told(flows, id));
        }
        try (House house = House.at(two).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            house.commands.flow("long", flow(house));
            house.commands.gate("quarter").open();
            assertEquals("0.5 half", told(flows, id));
            flows.signal(id, "go", "1").is(202);
            house.commands.gate("all").await(1);
            assertEquals("1.0 all of it", told(flows, id), "no further than the end");
            house.commands.gate("all").open();
            flows.await(id, "succeeded");
            assertEquals("1.0 all of it", told(flows, id));
        }
    }

    @Test
    void aPlainCallTellsWhileItRuns(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).open();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Flows flows = new Flows(house);
            house.deploy("plain", "progress 0.75\ngate plain\nreturn 1");
            Future<Reply> call = threads.submit(() -> house.invoke("plain", "{}"));
            house.commands.gate("plain").await(1);
            String id = house.get("/api/v1/executions?function=plain&status=running")
                    .is(200)
                    .at("/items/0/id");
            assertEquals("0.75 so far", told(flows, id));
            house.commands.gate("plain").open();
            call.get().is(200);
            house.deploy("silent", "return 1");
            String silent = house.invoke("silent", "{}").header("X-Execution-Id");
            assertFalse(flows.show(silent).is(200).json().has("progress"));
        }
    }
}
