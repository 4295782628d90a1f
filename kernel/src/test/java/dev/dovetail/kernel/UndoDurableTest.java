package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.StepPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What undoes a step is repeated like a step: downstream can tell. */
class UndoDurableTest {
    @Test
    @Tag("WF-19")
    @Tag("WF-18")
    void whatACompensationSendsHasTheSameKeyEachTimeThatItIsTried(@TempDir Path folder) throws Exception {
        List<String> keys = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            keys.add(exchange.getRequestURI().getPath() + " "
                    + exchange.getRequestHeaders().getFirst("Idempotency-Key"));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        try (House house = House.at(folder).with("outbound.allow", "127.0.0.1").open()) {
            Flows flows = new Flows(house);
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            AtomicInteger tries = new AtomicInteger();
            house.commands.flow("undo", guest -> {
                guest.call(post(url + "/a"));
                guest.call(post(url + "/b"));
                if (tries.incrementAndGet() == 1) {
                    throw Guest.fails("not yet");
                }
                return "1";
            });
            flows.deploy("undone", guest -> {
                guest.undoable("s", "undo", (_, _) -> "1");
                throw Guest.fails("the cause");
            });
            String id = flows.start("undone", "{}");
            flows.await(id, "compensated");
            String a = "/a " + id + "/0/undo/0";
            String b = "/b " + id + "/0/undo/1";
            assertEquals(List.of(a, b, a, b), keys);
        } finally {
            server.stop(0);
        }
    }

    private static HostCall post(String url) {
        return new HostCall.Http("POST", url, Map.of(), Bytes.empty(), Duration.ofSeconds(10), HostCall.Retry.NONE);
    }

    /** What is kept for undoing a step has to fit into the journal. */
    @Test
    void aStepWithMoreInputThanIsKeptForUndoingItIsRefused(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).open()) {
            Flows flows = new Flows(house);
            Bytes large = Bytes.utf8("\"" + "x".repeat(600 << 10) + "\"");
            flows.deploy(
                    "large",
                    guest -> guest.call(new HostCall.Step("undone", large, Optional.of("undo"), StepPolicy.USUAL)));
            String id = flows.start("large", "{}");
            Reply failed = flows.await(id, "failed");
            assertTrue(failed.at("/error/id").contains("quota_exceeded"), failed.body());
            assertTrue(failed.at("/error/message").contains("\"undone\" has 614402 bytes"), failed.body());
        }
    }
}
