package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Code of any language calls functions of native modules that nobody deployed; the plugin is swapped meanwhile. */
class NativeCallsTest {
    @TempDir
    private Path folder;

    private House house;

    @BeforeEach
    void open() throws Exception {
        house = House.at(folder).with("plugins.require-signature", "false").open();
        upload(GeoModule.jar("1.0.0")).is(201);
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Reply upload(byte[] jar) {
        return house.send("POST", "/api/v1/plugins", jar);
    }

    private void deploy(String function) {
        house.post(
                        "/api/v1/functions",
                        "{\"name\":\"" + function + "\",\"runtime\":\"native-geo\",\"handler\":\"" + function + "\"}")
                .is(201);
    }

    /** A function of another language that calls the module. */
    private Reply called(String function, String params) {
        calls(function, params);
        return house.invoke("caller", "{}");
    }

    private void calls(String function, String params) {
        house.commands.flow(
                "caller",
                guest -> guest.call(new HostCall.Other(
                        "module",
                        1,
                        Bytes.utf8(
                                "{\"module\":\"geo\",\"function\":\"" + function + "\",\"params\":" + params + "}"))));
    }

    @Test
    @Tag("IV-14")
    void aFunctionCallsAModulesFunction() {
        house.deploy("caller", "flow caller");
        assertEquals(
                "[\"1.0.0\",{\"r\":5}]", called("near", "{\"r\":5}").is(200).body());
        Reply unfit = called("near", "{}");
        assertTrue(unfit.body().contains("The params of geo.near do not fit its contract"), unfit.body());
        Reply wrong = called("wrong", "{}");
        assertTrue(wrong.body().contains("geo.wrong answered what does not fit its contract"), wrong.body());
        Reply unknown = called("far", "{}");
        assertTrue(
                unknown.body()
                        .contains("has no function \\\"far\\\"; it has [asks, counts, fails, fetches, hangs, near"),
                unknown.body());
        Reply sneaky = called("sneaks", "{}");
        assertTrue(sneaky.body().contains("which it does not declare"), sneaky.body());
        Reply waits = called("waits", "{}");
        assertTrue(waits.body().contains("needs a durable execution"), waits.body());
    }

    private Reply retried(String params, String retry) {
        house.commands.flow(
                "caller",
                guest -> guest.call(new HostCall.Other(
                        "module",
                        1,
                        Bytes.utf8("{\"module\":\"geo\",\"function\":\"fails\",\"params\":" + params + ",\"retry\":"
                                + retry + "}"))));
        return house.invoke("caller", "{}");
    }

    @Test
    @Tag("FH-11")
    void whatAModuleFailsWithIsTriedAgainAsOftenAsIsSaidAndThenThrown() {
        house.deploy("caller", "flow caller");
        assertEquals(
                "[3,3]",
                retried("1", "{\"maxAttempts\":3,\"backoffMs\":1}").is(200).body());
        Reply always = retried("\"always\"", "{\"maxAttempts\":4}");
        assertTrue(always.body().contains("no map 7"), always.body());
        assertTrue(called("fails", "\"always\"").body().contains("no map 8"), "once, if nothing is said");
        Reply wrong = retried("\"always wrong\"", "{\"maxAttempts\":4}");
        assertTrue(wrong.body().contains("no such map 9"), "what is wrong stays so: " + wrong.body());
        // there is no time for a second one
        Reply late = retried("\"always\"", "{\"maxAttempts\":4,\"backoffMs\":60000}");
        assertTrue(late.body().contains("no map 10"), late.body());
        for (String misfit : List.of("{\"maxAttempts\":0}", "{\"maxAttempts\":11}", "{\"backoffMs\":\"1\"}")) {
            Reply refused = retried("1", misfit);
            assertTrue(refused.body().contains("retry expected"), refused.body());
        }
    }

    @Test
    @Tag("EX-25")
    void aRequestsTraceShowsItsWayToTheModule() throws Exception {
        house.deploy("caller", "flow caller");
        for (String function : List.of("near", "sinks")) {
            calls(function, "{\"r\":1}");
            String trace = UUID.randomUUID().toString().replace("-", "");
            Reply traced = house.invoke("caller", "{}", "traceparent", "00-" + trace + "-b7ad6b7169203331-01");
            String shown = "/api/v1/executions/" + traced.header("X-Execution-Id") + "/trace";
            Eventually.holds(
                    "its answer is among it", () -> house.get(shown).body().contains("function.response"));
            JsonNode items = house.get(shown).is(200).json().get("items");
            Map<String, JsonNode> spans = new LinkedHashMap<>(); // the first that started first
            items.forEach(span -> spans.put(span.get("name").stringValue(), span));
            boolean first = function.equals("near"); // which finds no instance that is warm
            assertEquals(
                    Stream.of("invoke", "route", "coldstart", "execute", "module", "response")
                            .filter(each -> first || !each.equals("coldstart"))
                            .map("function."::concat)
                            .toList(),
                    List.copyOf(spans.keySet()));
            JsonNode module = spans.get("function.module");
            assertEquals(
                    "geo." + function, module.at("/attributes/module.function").stringValue());
            assertEquals(spans.get("function.invoke").get("spanId"), module.get("parentSpanId"));
            assertEquals(!first, module.get("failed").booleanValue(), module::toString);
        }
    }

    @Test
    @Tag("NM-01")
    @Tag("WF-07")
    void aWorkflowCallsAModulesFunctionOnceHoweverOftenItsCodeRuns() throws Exception {
        house.commands.flow("caller", guest -> {
            String count = guest.call(
                    new HostCall.Other("module", 1, Bytes.utf8("{\"module\":\"geo\",\"function\":\"counts\"}")));
            return "[" + count + "," + guest.call(Guest.event("go", Duration.ofHours(1))) + "]";
        });
        house.deploy("caller", "flow caller", "\"kind\":\"workflow\"");
        Flows flows = new Flows(house);
        String id = flows.start("caller", "{}");
        flows.await(id, "suspended");
        flows.signal(id, "go", "7").is(202);
        assertEquals("[1,7]", flows.await(id, "succeeded").at("/output"));
        deploy("counts");
        assertEquals("2", house.invoke("counts", "{}").is(200).body());
    }

    @Test
    @Tag("NM-04")
    void whatCallsAModuleThatWasTakenOutOfUseIsToldSo() {
        house.deploy("caller", "flow caller");
        house.delete("/api/v1/plugins/geo").is(204);
        Reply gone = called("near", "{\"r\":5}");
        assertTrue(gone.body().contains("Nothing serves the executor slot \\\"native-geo\\\""), gone.body());
        upload(GeoModule.jar("1.0.0")).is(201);
        house.post("/api/v1/plugins/geo:activate", "{\"version\":\"1.0.0\"}").is(200);
        called("near", "{\"r\":5}").is(200);
    }

    @Test
    @Tag("NM-05")
    void aModuleIsSwappedUnderLoadAndNoCallFails() throws Exception {
        deploy("near");
        house.deploy("caller", "flow caller");
        called("near", "{\"r\":1}").is(200);
        Queue<String> failed = new ConcurrentLinkedQueue<>();
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String function = i % 2 == 0 ? "near" : "caller";
            callers.add(Thread.ofVirtual().start(() -> {
                while (!over.get()) {
                    Reply reply = house.invoke(function, "{\"r\":1}");
                    (reply.status() == 200 ? seen : failed).add(reply.body());
                }
            }));
        }
        try {
            for (String version : List.of("1.1.0", "1.2.0")) {
                upload(GeoModule.jar(version)).is(201);
                house.post("/api/v1/plugins/geo:activate", "{\"version\":\"" + version + "\"}")
                        .is(200);
                Eventually.holds(version + " is called", () -> seen.stream().anyMatch(each -> each.contains(version)));
            }
        } finally {
            over.set(true);
            for (Thread each : callers) {
                each.join(Duration.ofSeconds(20));
            }
        }
        assertEquals(List.of(), List.copyOf(failed));
    }

    /** The call under way is not part of the execution's story, and is made again elsewhere. */
    @Test
    @Tag("NM-01")
    void aCallThatTheEndOfItsNodeCutsOffIsMadeAgain(@TempDir Path one, @TempDir Path two) throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        Guest.Flow hanging = guest ->
                guest.call(new HostCall.Other("module", 1, Bytes.utf8("{\"module\":\"geo\",\"function\":\"hangs\"}")));
        String id;
        try (House first = House.at(one)
                .on(state, blobs)
                .with("plugins.require-signature", "false")
                .open()) {
            first.commands.flow("hanging", hanging);
            first.send("POST", "/api/v1/plugins", GeoModule.jar("1.0.0")).is(201);
            first.deploy("hanging", "flow hanging", "\"kind\":\"workflow\"");
            Flows flows = new Flows(first);
            id = flows.start("hanging", "{}");
            Eventually.holds(
                    "it hangs",
                    () -> Thread.getAllStackTraces().keySet().stream()
                            .anyMatch(each -> each.getName().contains("native-geo of geo 1.0.0")));
        }
        System.setProperty("geo.hurries", "true");
        try (House second = House.at(two)
                .on(state, blobs)
                .with("plugins.require-signature", "false")
                .with("executions.paused", "true")
                .open()) {
            second.commands.flow("hanging", hanging);
            second.send("POST", "/api/v1/plugins", GeoModule.jar("1.0.0")).is(201);
            String node = second.get("/api/v1/nodes").is(200).at("/items/0/id");
            second.post("/api/v1/nodes/" + node + ":resume", "").is(200);
            assertEquals("0", new Flows(second).await(id, "succeeded").at("/output"));
        } finally {
            System.clearProperty("geo.hurries");
        }
    }
}
