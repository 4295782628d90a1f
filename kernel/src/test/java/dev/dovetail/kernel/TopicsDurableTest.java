package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What code tells the world and others: requests, events, entries of the audit, calls; and who hears it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopicsDurableTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server;
    private House house;
    private Flows flows;

    @BeforeAll
    void open(@TempDir Path folder) throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        house = House.at(folder).with("outbound.allow", "127.0.0.1").open();
        flows = new Flows(house);
    }

    @AfterAll
    void close() {
        house.close();
        server.stop(0);
    }

    private static HostCall other(String name, String arguments) {
        return new HostCall.Other(name, 1, Bytes.utf8(arguments));
    }

    private static HostCall publish(String topic, int n) {
        return other("publish", "{\"topic\":\"" + topic + "\",\"payload\":{\"n\":" + n + "}}");
    }

    @Test
    @Tag("QF-01")
    @Tag("QF-05")
    void whatIsPublishedReachesEverySubscriberOfItsTopicOnceAndNobodyElse() throws Exception {
        flows.deploy("hears", guest -> {
            String topic = guest.input().get("topic").stringValue();
            String first = guest.call(Guest.event(topic, HOUR));
            return "[" + first + "," + guest.call(Guest.event(topic, HOUR)) + "]";
        });
        house.commands.flow("says", guest -> {
            int n = guest.input().get("n").intValue();
            return guest.call(publish(guest.input().get("topic").stringValue(), n));
        });
        house.deploy("says", "flow says");
        List<String> subscribers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            subscribers.add(flows.start("hears", "{\"topic\":\"news\"}"));
        }
        String elsewhere = flows.start("hears", "{\"topic\":\"weather\"}");
        for (String each : subscribers) {
            flows.await(each, "suspended");
        }
        flows.await(elsewhere, "suspended");
        for (int n = 1; n <= 2; n++) {
            String told = house.invoke("says", "{\"topic\":\"news\",\"n\":" + n + "}")
                    .is(200)
                    .body();
            assertEquals("{\"delivered\":6}", told);
            if (n == 1) {
                for (String each : subscribers) {
                    Eventually.holds(
                            "the first is heard", () -> flows.events(each).contains("signal_received"));
                    flows.await(each, "suspended");
                }
            }
        }
        for (String each : subscribers) {
            assertEquals("[{\"n\":1},{\"n\":2}]", flows.await(each, "succeeded").at("/output"));
        }
        assertEquals("suspended", flows.status(elsewhere));
        assertEquals(
                "{\"delivered\":0}",
                house.invoke("says", "{\"topic\":\"nobody\",\"n\":3}").is(200).body());
        Reply refused = house.invoke("says", "{\"topic\":\"no topic\",\"n\":4}");
        assertTrue(refused.status() >= 400 && refused.body().contains("no topic"), refused.body());
        flows.control(elsewhere, "cancel").is(202);
    }

    /** A handful of writes for each fifty: with one for each, who tells fifty thousand runs out of time. */
    @Test
    void manySubscribersAreToldWithFewWritesAndEachOnce(@TempDir Path other) throws Exception {
        AtomicInteger writes = new AtomicInteger();
        InMemoryStateStore state = new InMemoryStateStore();
        Passing counting = new Passing() {
            @Override
            public StateStore it() {
                return state;
            }

            @Override
            public Committed commit(CommitId id, List<Change> changes) {
                if (changes.stream()
                        .anyMatch(it ->
                                it instanceof Change.Put && it.key().path().contains("/event-"))) {
                    writes.incrementAndGet();
                }
                return state.commit(id, changes);
            }
        };
        try (House large = House.at(other).on(counting, new InMemoryBlobStore()).open()) {
            Flows many = new Flows(large);
            many.deploy("hears", guest -> guest.call(Guest.event("news", HOUR)));
            many.deploy("says", guest -> guest.call(publish("news", 1)));
            List<String> subscribers = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                subscribers.add(many.start("hears", "{}"));
            }
            for (String each : subscribers) {
                many.await(each, "suspended");
            }
            String id = many.start("says", "{}");
            assertEquals(
                    "{\"delivered\":120}",
                    many.await(id, "succeeded").json().get("output").toString());
            int told = writes.get();
            for (String each : subscribers) {
                assertEquals(
                        "{\"n\":1}",
                        many.await(each, "succeeded").json().get("output").toString());
            }
            assertTrue(told < 40, () -> told + " writes");
        }
    }

    @Test
    @Tag("RT-10")
    void codeMakesRequestsPublishesWritesToTheAuditAndUsesThePlatform() throws Exception {
        house.deploy("helper", "return 41");
        flows.deploy("awaits-done", guest -> guest.call(Guest.event("done", HOUR)));
        String listener = flows.start("awaits-done", "{}");
        flows.await(listener, "suspended");
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        house.commands.flow("capable", guest -> {
            String answer = guest.call(new HostCall.Http(
                    "POST", url, Map.of(), Bytes.utf8("{}"), Duration.ofSeconds(5), HostCall.Retry.NONE));
            String published = guest.call(publish("done", 7));
            guest.call(other("audit", "{\"action\":\"capable.ran\",\"details\":{\"n\":7}}"));
            String helped = guest.child("helper", "{}");
            String status = guest.call(other("job_status", "{\"id\":\"" + listener + "\"}"));
            return "{\"http\":" + answer + ",\"published\":" + published + ",\"helped\":" + helped + ",\"status\":"
                    + status + "}";
        });
        house.deploy("capable", "flow capable");
        Reply plain = house.invoke("capable", "{}").is(200);
        assertEquals("204", plain.at("/http/status"));
        assertEquals(1, requests.get());
        assertEquals("1", plain.at("/published/delivered"));
        assertEquals("41", plain.at("/helped"));
        assertEquals(listener, plain.at("/status/job_id"));
        assertEquals("{\"n\":7}", flows.await(listener, "succeeded").at("/output"));
        Reply audited = house.get("/api/v1/audit?executionId=" + plain.header("X-Execution-Id"))
                .is(200);
        assertEquals("capable.ran", audited.at("/items/0/event"));

        // and the same carried durably
        String durable = flows.start("capable", "{}");
        Reply ended = flows.await(durable, "succeeded");
        assertEquals("204", ended.at("/output/http/status"));
        assertEquals("41", ended.at("/output/helped"));
        assertEquals("succeeded", ended.at("/output/status/status"));
        assertEquals(2, requests.get());
    }
}
