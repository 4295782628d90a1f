package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.dovetail.testkit.Eventually;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dependency that keeps failing is left alone for a while. */
@Tag("FH-10")
class BreakersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final AtomicInteger asked = new AtomicInteger();
    private volatile int status = 503;
    private HttpServer server;
    private House house;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        house.close();
        server.stop(0);
    }

    private void open(int percent) throws Exception {
        house = House.at(folder)
                .with("outbound.allow", "127.0.0.1,localhost")
                .with("outbound.breaker-percent", "" + percent)
                .with("outbound.breaker-calls", "10")
                .with("outbound.breaker-window", "PT60S")
                .with("outbound.breaker-pause", "PT2S")
                .open();
        house.deploy("asking", "http input");
    }

    private Reply ask(String host) {
        return house.invoke(
                "asking",
                "{\"url\":\"http://" + host + ":" + server.getAddress().getPort() + "/\"}");
    }

    @Test
    void noMoreIsSentUntilItAnswersAgain() throws Exception {
        open(50);
        for (int i = 0; i < 10; i++) {
            assertEquals("503", ask("127.0.0.1").is(200).at("/status"));
        }
        Reply held = ask("127.0.0.1").isProblem(502, "http_circuit_open");
        assertTrue(
                held.at("/detail").contains("127.0.0.1:" + server.getAddress().getPort()), held.body());
        assertEquals(10, asked.get());
        assertEquals("503", ask("localhost").is(200).at("/status"), "another host");

        status = 204;
        Eventually.holds("it is tried again", PATIENCE, () -> ask("127.0.0.1").status() == 200);
        for (int i = 0; i < 20; i++) {
            assertEquals("204", ask("127.0.0.1").is(200).at("/status"));
        }
    }

    @Test
    void whatIsTheCallersFaultIsNoFailureOfThePlace() throws Exception {
        open(50);
        status = 404;
        for (int i = 0; i < 30; i++) {
            assertEquals("404", ask("127.0.0.1").is(200).at("/status"));
        }
    }

    @Test
    void aboveAHundredPercentNothingIsHeldBack() throws Exception {
        open(101);
        for (int i = 0; i < 30; i++) {
            assertEquals("503", ask("127.0.0.1").is(200).at("/status"));
        }
        assertEquals(30, asked.get());
    }

    @Test
    void whereNobodyAnswersIsLeftAloneToo() throws Exception {
        open(50);
        server.stop(0);
        for (int i = 0; i < 10; i++) {
            ask("127.0.0.1").isProblem(502, "http_no_connection");
        }
        ask("127.0.0.1").isProblem(502, "http_circuit_open");
    }
}
