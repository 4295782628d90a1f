package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.host.HostCall;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens while nobody carries an execution counts in the order in which it happened. */
class LateEventsDurableTest {
    /** So that the node has ended before; a machine that is busy with other things needs longer. */
    private static final int[] SOON_SECONDS = {3, 15, 40};

    private static final Duration HOUR = Duration.ofHours(1);

    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();

    /** Which comes first, a time or an event. */
    private static String race(Guest guest) throws InterruptedException {
        long timer =
                guest.ask(new HostCall.Sleep(Duration.ofSeconds(guest.input().asInt())));
        guest.ask(Guest.event("go", HOUR));
        return guest.next().ticket() == timer ? "\"time\"" : "\"event\"";
    }

    /** A node that is paused takes on, and lets the others, of which there are none, carry. */
    private House open(Path folder, boolean paused) throws Exception {
        House house = House.at(folder)
                .on(state, blobs)
                .with("executions.paused", Boolean.toString(paused))
                .open();
        house.commands.flow("race", LateEventsDurableTest::race);
        return house;
    }

    @Test
    @Tag("WF-09")
    void aTimeThatWasOverBeforeAnEventCameCountsFirst(@TempDir Path one, @TempDir Path two, @TempDir Path three)
            throws Exception {
        String id = "";
        boolean late = false;
        for (int i = 0; i < SOON_SECONDS.length && !late; i++) {
            try (House house = open(one.resolve("" + i), false)) {
                house.deploy("race" + i, "flow race", "\"kind\":\"workflow\"");
                Flows flows = new Flows(house);
                id = flows.start("race" + i, "" + SOON_SECONDS[i]);
                flows.await(id, "suspended");
            }
            try (House house = open(two.resolve("" + i), true)) {
                Instant over = Instant.now().plusSeconds(SOON_SECONDS[i]);
                Eventually.holds("the time is over", () -> Instant.now().isAfter(over));
                late = new Flows(house).signal(id, "go", "7").status() == 202;
            }
        }
        assertTrue(late, "the node was always busy for so long that its time was over before it had ended");
        try (House house = open(three, false)) {
            Flows flows = new Flows(house);
            assertEquals("time", flows.await(id, "succeeded").at("/output"));
        }
    }
}
