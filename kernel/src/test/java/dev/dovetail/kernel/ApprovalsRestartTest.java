package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people decided is kept, and so are the keys with which their addresses are signed. */
class ApprovalsRestartTest {
    @Test
    @Tag("WF-12")
    @Tag("WF-03")
    void aDecisionOutlivesTheNodeAndAnotherKeyLeavesOrTakesWhatWasGivenOut(@TempDir Path one, @TempDir Path two)
            throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        CutStore store = new CutStore(state);
        String id;
        String url;
        try (House first = House.at(one)
                .on(store, blobs)
                .with("http.public-url", "https://functions.example.org/")
                .open()) {
            Flows before = new Flows(first);
            before.deploy("refund", ApprovalsDurableTest.refund());
            id = before.start("refund", "{}");
            before.await(id, "suspended");
            url = before.show(id).at("/approvals/0/url");
            assertTrue(url.startsWith("https://functions.example.org/api/v1/approvals/"), url);
            // the process dies once the decision is in the inbox
            store.cutBefore(changes ->
                    CutStore.touches(changes, "t/default/j/" + id) || CutStore.touches(changes, "/t/default/w/" + id));
            ApprovalsDurableTest.bare(first, "POST", url, "{\"approved\":true,\"by\":\"ann\"}");
            Eventually.holds("it is cut", store::isCut);
            try (House next =
                    House.at(Flows.sameNode(first, two)).on(state, blobs).open()) {
                next.commands.flow("refund", ApprovalsDurableTest.refund());
                Flows after = new Flows(next);
                assertEquals("ann", after.await(id, "succeeded").at("/output/by"));
                ApprovalsDurableTest.bare(next, "POST", url, "{\"approved\":false}")
                        .isProblem(409, "invalid_state");

                String open = after.start("refund", "{}");
                after.await(open, "suspended");
                String given = after.show(open).at("/approvals/0/url");
                next.post("/api/v1/approvals:rotate-key?dryRun=true", "{}").is(200);
                assertEquals(given, after.show(open).at("/approvals/0/url"));
                assertEquals(
                        "2",
                        next.post("/api/v1/approvals:rotate-key", "{}").is(200).at("/keys"));
                String newer = after.show(open).at("/approvals/0/url");
                assertFalse(newer.equals(given));
                ApprovalsDurableTest.bare(next, "GET", given, "").is(200);
                next.post("/api/v1/approvals:rotate-key", "{\"revoke\":1}").isProblem(400, "malformed");
                next.post("/api/v1/approvals:rotate-key", "{\"revoke\":true}").is(200);
                ApprovalsDurableTest.bare(next, "GET", given, "").isProblem(404, "not_found");
                ApprovalsDurableTest.bare(next, "GET", newer, "").isProblem(404, "not_found");
                ApprovalsDurableTest.bare(next, "POST", after.show(open).at("/approvals/0/url"), "{\"approved\":false}")
                        .is(200);
                assertEquals("false", after.await(open, "succeeded").at("/output/approved"));
            }
        }
    }
}
