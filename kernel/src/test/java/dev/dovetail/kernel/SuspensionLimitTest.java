package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has waited as long as it may is canceled, kept, or kept while somebody is told. */
class SuspensionLimitTest {
    private static final Duration YEARS = Duration.ofDays(3650);

    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    private final AtomicInteger undone = new AtomicInteger();

    private void flows(House house) {
        Guest.Flow waits = guest -> {
            guest.undoable("s", "undo", (_, _) -> "1");
            return guest.call(Guest.event("go", YEARS));
        };
        house.commands.flow("undo", _ -> "" + undone.incrementAndGet());
        for (String each : new String[] {"cancels", "keeps", "escalates"}) {
            house.commands.flow(each, waits);
        }
        house.commands.flow("asks", guest -> guest.call(ApprovalsDurableTest.approval("{\"name\":\"n\"}")));
    }

    private String waits(House house, String name, String policy) throws Exception {
        String trait = policy.isEmpty() ? "" : ",\"onSuspensionLimit\":\"" + policy + "\"";
        house.deploy(
                name,
                "flow " + name,
                "\"kind\":\"workflow\"",
                "\"traits\":{\"workflow\":{\"maxSuspensionDays\":40" + trait + "}}");
        Flows flows = new Flows(house);
        String id = flows.start(name, "{}");
        flows.await(id, "suspended");
        return id;
    }

    @Test
    @Tag("WF-13")
    void theLimitCancelsKeepsOrEscalates(@TempDir Path one, @TempDir Path two) throws Exception {
        String canceled;
        String kept;
        String escalated;
        String asked;
        try (House house = House.at(one).on(state, blobs).open()) {
            flows(house);
            canceled = waits(house, "cancels", "");
            kept = waits(house, "keeps", "keep");
            escalated = waits(house, "escalates", "escalate");
            asked = waits(house, "asks", "keep");
            house.post(
                            "/api/v1/functions",
                            House.function("bad", "echo", "\"traits\":{\"workflow\":{\"onSuspensionLimit\":\"wait\"}}"))
                    .isProblem(422, "validation");
        }
        for (String each : new String[] {canceled, kept, escalated, asked}) {
            Aged.out(state, each);
        }
        try (House house = House.at(two).on(state, blobs).open()) {
            flows(house);
            Flows after = new Flows(house);
            Reply ended = after.await(canceled, "compensated");
            assertTrue(ended.at("/error/id").contains("suspension_limit"), ended.body());
            assertTrue(ended.body().contains("as long as it may take"), ended.body());
            assertEquals(1, undone.get());

            Eventually.holds("it is escalated", () -> after.events(escalated).contains("suspension_limit_reached"));
            Eventually.holds("it is kept", () -> after.events(kept).contains("suspension_limit_reached"));
            after.await(escalated, "suspended");
            assertFalse(after.show(escalated).at("/overdueSince").isEmpty());
            String why =
                    house.get("/api/v1/executions/" + escalated + "/explain").at("/why");
            assertTrue(why.contains("waits for an event") && why.contains("it is kept although"), why);
            String metrics = house.get("/metrics").body();
            for (String policy : new String[] {"cancel", "keep", "escalate"}) {
                assertTrue(
                        metrics.lines()
                                .anyMatch(line -> line.startsWith("executions_suspension_limit_total")
                                        && line.contains("policy=\"" + policy + "\"")),
                        metrics);
            }
            after.signal(escalated, "go", "1").is(202);
            after.signal(kept, "go", "2").is(202);
            assertEquals("1", after.await(escalated, "succeeded").at("/output"));
            assertEquals("2", after.await(kept, "succeeded").at("/output"));
            assertEquals(
                    1,
                    after.events(kept).stream()
                            .filter("suspension_limit_reached"::equals)
                            .count());

            // the address of a decision without a limit of its own lives as long as what waits for it
            after.await(asked, "suspended");
            String url = after.show(asked).at("/approvals/0/url");
            ApprovalsDurableTest.bare(house, "POST", url, "{\"approved\":true}").is(200);
            after.await(asked, "succeeded");
        }
    }

    @Test
    @Tag("WF-28")
    void whatTheOperatorAllowsAtTheMostEndsItWhateverItsFunctionSays(@TempDir Path one, @TempDir Path two)
            throws Exception {
        String kept;
        try (House house = House.at(one).on(state, blobs).open()) {
            flows(house);
            kept = waits(house, "keeps", "keep");
        }
        Aged.made(state, kept, Duration.ofDays(8));
        try (House house =
                House.at(two).on(state, blobs).with("executions.max-days", "7").open()) {
            flows(house);
            Reply ended = new Flows(house).await(kept, "compensated");
            assertTrue(ended.body().contains("none may take longer than 7 days"), ended.body());
            assertEquals(1, undone.get());
            Reply refused = house.post(
                            "/api/v1/functions",
                            House.function(
                                    "long",
                                    "flow keeps",
                                    "\"kind\":\"workflow\"",
                                    "\"traits\":{\"workflow\":{\"maxSuspensionDays\":8}}"))
                    .isProblem(422, "deploy");
            assertTrue(refused.body().contains("/traits/workflow/maxSuspensionDays"), refused.body());
        }
    }
}
