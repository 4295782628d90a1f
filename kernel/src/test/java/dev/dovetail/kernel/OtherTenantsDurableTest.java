package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** An execution of another tenant is as good as none, at each route there is for executions. */
@Timeout(120)
class OtherTenantsDurableTest {
    /** What routes take that look at their body first. */
    private static final Map<String, String> BODIES = Map.of(
            "/input", "{\"data\":1}",
            "/gates", AtGates.gate("before", "s"),
            ":signal", "{\"type\":\"go\"}",
            ":step", "{\"action\":\"continue\"}",
            "/breakpoints", "{\"locations\":[{\"line\":1}]}",
            ":fork", "{\"from\":0}",
            ":move", "{\"version\":1}",
            ":compare", "{\"version\":1}",
            ":resolve", "{\"step\":0,\"outcome\":\"retry\"}");

    private final InMemoryStateStore state = new InMemoryStateStore();

    private List<Entry> acmes() throws InterruptedException {
        return state.list(Range.prefix(Key.Space.STATE, "t/acme/"), 1000);
    }

    /** The same execution under another id and of another tenant, as the store would have it. */
    private String given(String id) throws InterruptedException {
        String other = id.substring(0, id.length() - 4) + "face";
        List<Change> changes = new ArrayList<>();
        for (Entry each : state.list(Range.prefix(Key.Space.STATE, "t/default/"), 1000)) {
            String path = each.key().path();
            if (path.matches("t/default/[osj]/" + id + ".*")) {
                Key key = Key.state(path.replace("t/default/", "t/acme/").replace(id, other));
                changes.add(new Change.Put(key, each.value(), Expectation.absent()));
            }
        }
        assertTrue(changes.size() >= 3, changes::toString);
        assertTrue(state.commit(CommitId.fresh(), changes) instanceof Committed.Done);
        return other;
    }

    private static Reply ask(House house, String method, String path) {
        String body = BODIES.entrySet().stream()
                .filter(each -> path.endsWith(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("{}");
        return method.equals("get") || method.equals("delete")
                ? house.send(method.toUpperCase(Locale.ROOT), path, new byte[0])
                : house.send(method.toUpperCase(Locale.ROOT), path, body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsAskedOfItIsNotFoundAndNothingOfItChanges(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, new InMemoryBlobStore()).open()) {
            Flows flows = new Flows(house);
            flows.deploy("waits", guest -> guest.call(Guest.event("go", Duration.ofHours(1))));
            String own = flows.start("waits", "{\"of\":\"nobody else\"}");
            flows.await(own, "suspended");
            String other = given(own);
            List<Entry> before = acmes();
            JsonNode paths = house.get("/openapi.json").is(200).json().get("paths");
            int seen = 0;
            for (Map.Entry<String, JsonNode> path : paths.properties()) {
                if (!path.getKey().matches("/api/v1/(executions|jobs)/\\{id}.*")) {
                    continue;
                }
                String tail = path.getKey().replaceAll("^.*?\\{id}", "").replaceAll("\\{[a-z]+}", "1");
                String resource = path.getKey().replaceAll("\\{id}.*", "");
                for (String method : path.getValue().propertyNames()) {
                    Reply reply = ask(house, method, resource + other + tail);
                    assertEquals(404, reply.status(), method + " " + path.getKey() + ": " + reply.body());
                    assertFalse(reply.body().contains("nobody else"), reply.body());
                    boolean plain = !tail.contains("1") && method.equals("get");
                    if (plain && ask(house, method, resource + own + tail).status() == 200) {
                        seen++;
                    }
                }
            }
            assertTrue(seen > 8, "of one's own " + seen + " are shown");
            assertEquals(before, acmes());
            assertFalse(house.get("/api/v1/executions").is(200).body().contains(other));
            assertFalse(house.get("/api/v1/jobs").is(200).body().contains(other));
        }
    }
}
