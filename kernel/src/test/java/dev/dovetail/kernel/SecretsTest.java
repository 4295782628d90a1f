package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets reach the code they are for, and nothing else. */
class SecretsTest {
    private static final String VALUE = "correct-horse-battery-staple";
    private static final Queue<String> RECEIVED = new ConcurrentLinkedQueue<>();
    private static House house;
    private static HttpServer server;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", SecretsTest::receive);
        server.start();
        house = House.at(folder).with("outbound.allow", "127.0.0.1,localhost").open();
    }

    @AfterAll
    static void stop() {
        house.close();
        server.stop(0);
    }

    private static void receive(HttpExchange exchange) throws IOException {
        RECEIVED.add(exchange.getRequestHeaders().getFirst("X-Key") + " "
                + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        if (exchange.getRequestURI().getPath().equals("/away")) {
            exchange.getResponseHeaders().add("Location", url("localhost", "/there"));
            exchange.sendResponseHeaders(307, -1);
        } else {
            exchange.sendResponseHeaders(204, -1);
        }
        exchange.close();
    }

    private static String url(String host, String path) {
        return "http://" + host + ":" + server.getAddress().getPort() + path;
    }

    private static void put(String name, String value, String... hosts) {
        String allowed = hosts.length == 0 ? "" : ",\"allowedHosts\":[\"" + String.join("\",\"", hosts) + "\"]";
        house.put("/api/v1/secrets/" + name, "{\"value\":\"" + value + "\"" + allowed + "}")
                .is(200);
    }

    @Tag("SC-03")
    @Test
    void anEnvironmentRefersToASecretThatIsResolvedForEachCall() {
        put("rotated", "first-value");
        house.deploy("rotating", "env KEY", "\"environment\":{\"KEY\":\"Bearer ${SECRET:ROTATED}\"}");
        assertEquals(
                "\"Bearer first-value\"", house.invoke("rotating", "{}").is(200).body());
        put("rotated", "second-value");
        assertEquals(
                "\"Bearer second-value\"",
                house.invoke("rotating", "{}").is(200).body());
        assertEquals(
                "Bearer ${SECRET:ROTATED}",
                house.get("/api/v1/functions/rotating").is(200).at("/environment/KEY"));
    }

    @Tag("SC-03")
    @Test
    void aSecretThatIsNotThereIsNamed() {
        house.deploy("lacking", "env KEY", "\"environment\":{\"KEY\":\"${SECRET:no-such}\"}");
        Reply reply = house.invoke("lacking", "{}").isProblem(500, "secret_missing");
        assertTrue(reply.at("/detail").contains("no-such"), reply.body());
    }

    @Tag("SC-04")
    @Test
    void aValueIsInNoLogLineErrorOrListing() {
        put("hidden", VALUE);
        house.deploy(
                "telling",
                "secret hidden\nprint before\nlog see " + VALUE + "\nfail before",
                "\"secrets\":[\"hidden\"]");
        Reply failed = house.invoke("telling", "{}").isProblem(500, "code");
        String id = failed.header("X-Execution-Id");
        String shown = failed.body()
                + house.get("/api/v1/executions/" + id).body()
                + house.get("/api/v1/executions/" + id + "/logs").body()
                + house.get("/api/v1/secrets").body()
                + house.get("/metrics").body()
                + house.get("/api/v1/functions/telling").body();
        assertFalse(shown.contains(VALUE), shown);
        assertTrue(shown.contains("***"), shown);
    }

    @Tag("SC-05")
    @Test
    void codeReadsOnlyWhatItsFunctionNames() {
        put("mine", VALUE);
        house.deploy("greedy", "secret mine");
        assertTrue(house.invoke("greedy", "{}").is(500).body().contains("may not read"));
        house.put("/api/v1/functions/greedy/secrets", "[\"MINE\"]").is(200);
        assertEquals("\"" + VALUE + "\"", house.invoke("greedy", "{}").is(200).body());
    }

    @Tag("SC-06")
    @Tag("RT-29")
    @Test
    void aHostWorkerNeverSeesASecretAndTheHostSendsIt() {
        put("token", VALUE, "127.0.0.1");
        house.deploy(
                "worker",
                "post",
                "\"secrets\":[\"token\"],\"environment\":{\"KEY\":\"${SECRET:token}\"},\"traits\":{\"hostWorker\":true}");
        house.deploy(
                "worker-env",
                "env KEY",
                "\"environment\":{\"KEY\":\"${SECRET:token}\"},\"traits\":{\"hostWorker\":true}");
        house.deploy("worker-read", "secret token", "\"secrets\":[\"token\"],\"traits\":{\"hostWorker\":true}");
        assertEquals(
                "\"${SECRET:token}\"", house.invoke("worker-env", "{}").is(200).body());
        house.invoke("worker-read", "{}").isProblem(500, "permission_denied");
        RECEIVED.clear();
        house.invoke(
                        "worker",
                        "{\"url\":\"" + url("127.0.0.1", "/")
                                + "\",\"header\":\"Bearer ${SECRET:token}\",\"body\":\"k=${SECRET:token}\"}")
                .is(200);
        assertEquals("Bearer " + VALUE + " k=" + VALUE, RECEIVED.poll());
    }

    @Tag("SC-08")
    @Test
    void aSecretGoesOnlyWhereItIsAllowed() {
        put("narrow", VALUE, "api.example.org");
        house.deploy("leaking", "post", "\"secrets\":[\"narrow\"]");
        RECEIVED.clear();
        Reply refused = house.invoke(
                        "leaking", "{\"url\":\"" + url("127.0.0.1", "/") + "\",\"header\":\"${SECRET:narrow}\"}")
                .isProblem(500, "permission_denied");
        assertTrue(refused.at("/detail").contains("api.example.org"), refused.body());
        assertTrue(RECEIVED.isEmpty());
    }

    @Tag("SC-08")
    @Test
    void aRedirectElsewhereDropsIt() {
        put("followed", VALUE, "127.0.0.1");
        house.deploy("redirected", "post", "\"secrets\":[\"followed\"]");
        RECEIVED.clear();
        house.invoke(
                        "redirected",
                        "{\"url\":\"" + url("127.0.0.1", "/away")
                                + "\",\"header\":\"${SECRET:followed}\",\"body\":\"${SECRET:followed}\"}")
                .is(200);
        assertEquals(VALUE + " " + VALUE, RECEIVED.poll());
        assertEquals("null ${SECRET:followed}", RECEIVED.poll());
    }

    @Test
    void whatIsSentToPutASecretIsNotToldBack() {
        Reply reply = house.put("/api/v1/secrets/typo", "{\"valeu\":\"" + VALUE + "\"}")
                .isProblem(400, "malformed");
        assertFalse(reply.body().contains(VALUE), reply.body());
        Reply bad = house.put("/api/v1/secrets/-", "{\"value\":\"x\"}").isProblem(422, "validation");
        assertEquals("expected 1 to 64 letters, digits, - or _, a letter first", bad.at("/errors/0/message"));
        assertEquals("\"-\"", bad.at("/errors/0/value"));
        house.put("/api/v1/secrets/a", "{\"value\":7}").isProblem(422, "validation");
        house.put("/api/v1/secrets/a", "{\"value\":\"x\",\"allowedHosts\":[\"http://a\"]}")
                .isProblem(422, "validation");
        house.delete("/api/v1/secrets/never-was").isProblem(404, "not_found");
        assertFalse(house.get("/api/v1/secrets").body().contains("\"a\""));
    }

    @Test
    void aDeletedSecretIsGone() {
        put("brief", VALUE);
        assertTrue(house.get("/api/v1/secrets").is(200).body().contains("\"brief\""));
        house.delete("/api/v1/secrets/BRIEF").is(204);
        assertFalse(house.get("/api/v1/secrets").is(200).body().contains("\"brief\""));
    }

    @Test
    void upperCaseAndUnderscoresAreWaysToWriteOneName() {
        put("API_KEY", "spelled");
        assertEquals(
                "api-key",
                house.put("/api/v1/secrets/Api-Key", "{\"value\":\"spelled\"}")
                        .is(200)
                        .at("/name"));
        house.deploy("spelling", "env KEY", "\"environment\":{\"KEY\":\"${SECRET:api_key}\"}");
        assertEquals("\"spelled\"", house.invoke("spelling", "{}").body());
        house.delete("/api/v1/secrets/api-key").is(204);
        house.delete("/api/v1/secrets/API_KEY").isProblem(404, "not_found");
    }
}
