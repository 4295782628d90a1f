package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Who read which secret is in the audit, and the value is not. */
@Tag("SC-09")
class SecretReadsTest {
    private static final String VALUE = "correct-horse-battery-staple";
    private static final String READ = "gts.x.core.faas.audit.v1~dovetail.secrets._.read.v1~";

    private static void put(House house, String name, String more) {
        house.put("/api/v1/secrets/" + name, "{\"value\":\"" + VALUE + "\"" + more + "}")
                .is(200);
    }

    /** The entries of an execution once there are so many, the oldest first. */
    private static List<JsonNode> reads(House house, String execution, int many) throws InterruptedException {
        Eventually.holds(
                "there are " + many + " entries",
                Eventually.PATIENCE,
                () -> reads(house, execution).size() >= many,
                () -> reads(house, execution));
        List<JsonNode> found = reads(house, execution);
        assertEquals(many, found.size(), found::toString);
        return found;
    }

    private static List<JsonNode> reads(House house, String execution) {
        Reply reply = house.get("/api/v1/audit?event=" + READ + "&executionId=" + execution)
                .is(200);
        assertFalse(reply.body().contains(VALUE), reply.body());
        List<JsonNode> found = new ArrayList<>();
        reply.json().get("items").forEach(found::addFirst);
        return found;
    }

    private static String id(Reply reply) {
        return reply.header("X-Execution-Id");
    }

    @Test
    void aReadingIsAuditedWithWhoWhichAndWhetherItWasGiven(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).open()) {
            put(house, "mine", "");
            house.deploy("reading", "secret MINE", "\"secrets\":[\"mine\"]");
            Reply first = house.invoke("reading", "{}").is(200);
            JsonNode entry = reads(house, id(first), 1).getFirst();
            assertEquals(
                    first.header("X-Request-Id"), entry.get("correlationId").stringValue());
            assertTrue(entry.get("actor").stringValue().contains("/"), entry::toString);
            assertEquals(
                    "{\"purpose\":\"code\",\"function\":\"reading\",\"version\":1,\"secrets\":[{\"name\":\"mine\","
                            + "\"outcome\":\"read\",\"version\":\"1\",\"provider\":\"lent\",\"kept\":false}]}",
                    entry.get("details").toString());
            put(house, "MINE", "");
            house.invoke("reading", "{}").is(200);
            Reply third = house.invoke("reading", "{}").is(200);
            JsonNode again = reads(house, id(third), 1).getFirst().at("/details/secrets/0");
            assertEquals("2", again.get("version").stringValue());
            assertTrue(again.get("kept").booleanValue());

            house.deploy("greedy", "secret mine");
            Reply refused = house.invoke("greedy", "{}").is(500);
            assertEquals(
                    "[{\"name\":\"mine\",\"outcome\":\"refused\"}]",
                    reads(house, id(refused), 1)
                            .getFirst()
                            .at("/details/secrets")
                            .toString());
            house.deploy("hopeful", "secret later", "\"secrets\":[\"later\"]");
            Reply missing = house.invoke("hopeful", "{}").is(500);
            assertEquals(
                    "[{\"name\":\"later\",\"outcome\":\"missing\"}]",
                    reads(house, id(missing), 1)
                            .getFirst()
                            .at("/details/secrets")
                            .toString());
            assertTrue(house.get("/api/v1/audit:verify")
                    .is(200)
                    .json()
                    .get("broken")
                    .isEmpty());
        }
    }

    @Test
    void anEnvironmentIsOneEntryForEachCall(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).open()) {
            put(house, "one", "");
            put(house, "two", "");
            house.deploy(
                    "furnished",
                    "env KEY",
                    "\"environment\":{\"KEY\":\"${SECRET:ONE} ${SECRET:two}\",\"OTHER\":\"${SECRET:one}\"}");
            for (int i = 0; i < 3; i++) {
                Reply called = house.invoke("furnished", "{}").is(200);
                JsonNode details = reads(house, id(called), 1).getFirst().get("details");
                assertEquals("environment", details.get("purpose").stringValue());
                List<String> names = new ArrayList<>();
                details.get("secrets").forEach(each -> names.add(each.get("name") + " " + each.get("outcome")));
                assertTrue(names.containsAll(List.of("\"one\" \"read\"", "\"two\" \"read\"")), details::toString);
            }
            house.deploy("plain", "env KEY", "\"environment\":{\"KEY\":\"none\"}");
            reads(house, id(house.invoke("plain", "{}").is(200)), 0);
        }
    }

    @Test
    void aRequestOnItsWayOutIsAuditedWithItsHost(@TempDir Path folder) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        try (House house =
                House.at(folder).with("outbound.allow", "127.0.0.1,localhost").open()) {
            put(house, "token", ",\"allowedHosts\":[\"127.0.0.1\"]");
            house.deploy("sender", "post", "\"secrets\":[\"token\"],\"traits\":{\"hostWorker\":true}");
            int port = server.getAddress().getPort();
            for (String host : List.of("127.0.0.1", "localhost")) {
                boolean allowed = host.equals("127.0.0.1");
                Reply sent = house.invoke(
                                "sender",
                                "{\"url\":\"http://" + host + ":" + port + "/\",\"header\":\"${SECRET:token}\"}")
                        .is(allowed ? 200 : 500);
                JsonNode details = reads(house, id(sent), 1).getFirst().get("details");
                assertEquals("request", details.get("purpose").stringValue());
                assertEquals(host, details.get("host").stringValue());
                assertEquals(
                        allowed ? "read" : "refused",
                        details.at("/secrets/0/outcome").stringValue());
            }
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aDurableExecutionIsAuditedEachTimeThatItsCodeIsGivenTheValue(@TempDir Path folder) throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        try (House house = House.at(folder).on(state, blobs).open()) {
            put(house, "deep", "");
            Flows flows = new Flows(house);
            flows.deploy(
                    "deeper",
                    guest -> {
                        guest.call(new HostCall.ReadSecret("deep"));
                        return guest.call(Guest.event("go", Duration.ofHours(1)));
                    },
                    "\"secrets\":[\"deep\"]");
            String id = flows.start("deeper", "{}");
            flows.await(id, "suspended");
            reads(house, id, 1);
            flows.signal(id, "go", "{}").is(202);
            flows.await(id, "succeeded");
            assertEquals(2, reads(house, id, 2).size(), "it was given again when the code was replayed");
        }
    }

    @Test
    void whatWasReadBeforeTheKernelClosesIsThere(@TempDir Path one, @TempDir Path two) throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        String id;
        try (House house = House.at(one).on(state, blobs).open()) {
            put(house, "last", "");
            house.deploy("quick", "secret last", "\"secrets\":[\"last\"]");
            id = id(house.invoke("quick", "{}").is(200));
        }
        try (House house = House.at(two).on(state, blobs).open()) {
            Reply reply = house.get("/api/v1/audit?executionId=" + id).is(200);
            assertEquals(1, reply.json().get("items").size(), reply.body());
        }
    }
}
