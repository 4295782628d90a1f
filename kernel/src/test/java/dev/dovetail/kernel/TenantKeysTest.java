package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is asked of the store is asked for one tenant, or is the system's own and says nothing of any. */
class TenantKeysTest {
    private static final String MARK = "of-this-tenant-alone";

    /** Notes where each question and each change goes. */
    private static final class Noted implements StateStore {
        private final StateStore it;
        private final Set<String> asked = ConcurrentHashMap.newKeySet();
        private final Set<String> told = ConcurrentHashMap.newKeySet();

        Noted(StateStore it) {
            this.it = it;
        }

        /** Without the day that comes first where whole days are let go at once. */
        private static String path(String key) {
            return key.replaceFirst("^[0-9]{8}/", "");
        }

        @Override
        public Optional<Entry> find(Key key) {
            asked.add(path(key.path()));
            return it.find(key);
        }

        @Override
        public List<Optional<Entry>> findAll(List<Key> keys) {
            keys.forEach(key -> asked.add(path(key.path())));
            return it.findAll(keys);
        }

        @Override
        public List<Entry> list(Range range, int limit) {
            asked.add(path(range.from()).isEmpty() ? "all of " + range : path(range.from()));
            return it.list(range, limit);
        }

        @Override
        public Committed commit(CommitId id, List<Change> changes) {
            for (Change each : changes) {
                asked.add(path(each.key().path()));
                if (each instanceof Change.Put put && put.value().text().contains(MARK)) {
                    told.add(path(each.key().path()));
                }
            }
            return it.commit(id, changes);
        }

        @Override
        public void drop(Range range) { // whole days are let go, of all
            it.drop(range);
        }

        @Override
        public void close() {}
    }

    @Test
    @Tag("ST-07")
    void everyQuestionNamesTheTenantAndNothingOfATenantIsKeptElsewhere(@TempDir Path folder) throws Exception {
        Noted store = new Noted(new InMemoryStateStore());
        try (House house = House.at(folder).on(store, new InMemoryBlobStore()).open()) {
            use(house);
        }
        assertFalse(store.told.isEmpty());
        for (String path : store.told) {
            // what every node has to know of all tenants at once names the tenant next
            assertTrue(path.startsWith("t/default/") || path.startsWith("c/paused/default/"), path);
        }
        Set<String> strange = new TreeSet<>();
        for (String path : store.asked) {
            boolean whoThereIs =
                    path.equals("t/") || path.equals("t/default0"); // one key of each tenant, for what is old
            if (!path.startsWith("t/default/") && !path.startsWith("c/") && !whoThereIs) {
                strange.add(path);
            }
        }
        assertEquals(Set.of(), strange);
        assertTrue(
                store.asked.stream()
                                .filter(path -> path.startsWith("t/default/"))
                                .count()
                        > 20,
                store.asked::toString);
    }

    /** A bit of everything that is kept or asked for. */
    private static void use(House house) throws Exception {
        String input = "{\"mark\":\"" + MARK + "\"}";
        Flows flows = new Flows(house);
        house.deploy("calls", "log " + MARK + "\necho", "\"title\":\"" + MARK + "\"");
        house.version("calls", "return \"" + MARK + "\"");
        house.post("/api/v1/functions/calls/aliases", "{\"name\":\"live\",\"version\":1}")
                .is(201);
        house.invoke("calls", input, "Idempotency-Key", "k").is(200);
        flows.deploy("waits", guest -> {
            guest.log(MARK);
            guest.step("s", (_, _) -> "\"" + MARK + "\"");
            return guest.call(Guest.event("go", Duration.ofHours(1)));
        });
        String id = flows.start("waits", input, "Idempotency-Key", "w");
        flows.await(id, "suspended");
        flows.signal(id, "go", "\"" + MARK + "\"").is(202);
        flows.await(id, "succeeded");
        house.deploy("fails", "fail " + MARK, "\"traits\":{\"retry\":{\"maxAttempts\":1}}");
        flows.await(flows.start("fails", input), "dead_lettered");
        house.put("/api/v1/secrets/KEY", "{\"value\":\"" + MARK + "\"}").is(200);
        house.post("/api/v1/functions/waits:pause", "{\"reason\":\"" + MARK + "\"}");
        house.post("/api/v1/functions/waits:resume", "{}");
        for (String path : List.of(
                "/functions",
                "/functions/calls",
                "/functions/calls/versions",
                "/functions/calls/aliases",
                "/functions/calls/logs",
                "/executions",
                "/executions/" + id,
                "/executions/" + id + "/timeline",
                "/executions/" + id + "/trace",
                "/executions/" + id + "/logs",
                "/executions/" + id + "/explain",
                "/executions/" + id + "/snapshots",
                "/jobs",
                "/jobs/" + id,
                "/dead-letters",
                "/secrets",
                "/audit",
                "/audit:verify",
                "/nodes")) {
            house.get("/api/v1" + path).is(200);
        }
        house.delete("/api/v1/functions/calls");
    }
}
