package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.host.HostCall;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams of workflows: sent once, whatever is run again; readable after whatever has died. */
class StreamsDurableTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();

    private static List<String> chunks(String... told) {
        return List.of(told);
    }

    @Test
    @Tag("IV-11")
    void piecesAreNotSentAgainWhenTheCodeIsReplayed(@TempDir Path folder) throws Exception {
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger tries = new AtomicInteger();
        try (House house = House.at(folder).open()) {
            Flows flows = new Flows(house);
            flows.deploy("replays", guest -> {
                runs.incrementAndGet();
                guest.call(StreamsTest.chunk("1"));
                guest.sleep(1100);
                guest.call(StreamsTest.chunk("2"));
                guest.step("s", (it, run) -> {
                    it.call(run.scope(), StreamsTest.chunk("\"in a step\""));
                    if (tries.incrementAndGet() == 1) {
                        throw Guest.fails("once more");
                    }
                    it.call(run.scope(), StreamsTest.chunk("\"in its second attempt\""));
                    return "1";
                });
                guest.sleep(1100);
                guest.call(StreamsTest.chunk("3"));
                return "\"all\"";
            });
            try (Sse sse = Sse.call(house, "replays", "{}")) {
                assertEquals(
                        chunks(
                                "chunk 1",
                                "chunk 2",
                                "chunk \"in a step\"",
                                "chunk \"in its second attempt\"",
                                "chunk 3",
                                "result \"all\""),
                        sse.told());
                assertTrue(runs.get() >= 3, "it was replayed");
                assertEquals(
                        "\"all\"",
                        flows.await(sse.id(), "succeeded").json().get("output").toString());
                try (Sse again = Sse.resume(house, sse.id(), sse.id() + ":4")) {
                    assertEquals(chunks("chunk 3", "result \"all\""), again.told());
                }
            }
        }
    }

    private static Guest.Flow waits() {
        return guest -> {
            for (int i = 1; i <= 5; i++) {
                guest.call(StreamsTest.chunk("" + i));
            }
            String go = guest.call(Guest.event("go", HOUR));
            for (int i = 6; i <= 8; i++) {
                guest.call(StreamsTest.chunk("" + i));
            }
            return go;
        };
    }

    @Test
    @Tag("IV-11")
    @Tag("IV-09")
    void aStreamGoesOnAfterARestart(@TempDir Path one, @TempDir Path two) throws Exception {
        String id;
        String last = "";
        try (House house = House.at(one).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("survives", waits());
            try (Sse sse = Sse.call(house, "survives", "{}")) {
                id = sse.id();
                for (int i = 0; i < 3; i++) {
                    last = sse.take().id();
                }
                flows.await(id, "suspended");
            }
        }
        try (House house = House.at(two).on(state, blobs).open()) {
            house.commands.flow("survives", waits());
            List<String> told = new ArrayList<>();
            try (Sse sse = Sse.resume(house, id, last)) {
                told.add(sse.take().told());
                told.add(sse.take().told());
                new Flows(house).signal(id, "go", "7").is(202);
                told.addAll(sse.told());
            }
            assertEquals(chunks("chunk 4", "chunk 5", "chunk 6", "chunk 7", "chunk 8", "result 7"), told);
        }
    }

    @Test
    @Tag("IV-11")
    void whatWasSentWhenTheNodeDiedIsNotSentAgain(@TempDir Path one, @TempDir Path two) throws Exception {
        CutStore store = new CutStore(state);
        try (House house = House.at(one)
                .on(store, blobs)
                .with("http.shutdown-grace", "PT1S")
                .open()) {
            Flows flows = new Flows(house);
            flows.deploy(
                    "dies",
                    guest -> {
                        for (int i = 1; i <= 5; i++) {
                            guest.call(StreamsTest.chunk("" + i));
                            if (i == 3) {
                                house.commands.gate("three").pass();
                            }
                        }
                        return "0";
                    },
                    "\"timeoutSeconds\":10");
            String id;
            try (Sse sse = Sse.call(house, "dies", "{}")) {
                id = sse.id();
                for (int i = 1; i <= 3; i++) {
                    assertEquals("chunk " + i, sse.take().told());
                }
                house.commands.gate("three").await(1);
                store.cut(); // the third piece is out, and no journal says so
                try (House next =
                        House.at(Flows.sameNode(house, two)).on(state, blobs).open()) {
                    next.commands.flow("dies", guest -> {
                        for (int i = 1; i <= 5; i++) {
                            guest.call(StreamsTest.chunk("" + i));
                        }
                        return "0";
                    });
                    try (Sse after = Sse.resume(next, id, "")) {
                        assertEquals(
                                chunks("chunk 1", "chunk 2", "chunk 3", "chunk 4", "chunk 5", "result 0"),
                                after.told());
                    }
                }
            }
            house.commands.gate("three").open();
        }
    }

    @Test
    @Tag("IV-11")
    void aPlainCallWhoseProcessDiedEndsItsStreamInWords(@TempDir Path one, @TempDir Path two) throws Exception {
        CutStore store = new CutStore(state);
        try (House house = House.at(one)
                .on(store, blobs)
                .with("http.shutdown-grace", "PT1S")
                .open()) {
            house.commands.flow("lost", guest -> {
                guest.call(StreamsTest.chunk("1"));
                house.commands.gate("lost").pass();
                return "2";
            });
            house.deploy("lost", "flow lost");
            try (Sse sse = Sse.call(house, "lost", "{}")) {
                sse.take();
                house.commands.gate("lost").await(1);
                store.cut();
                try (House next =
                        House.at(Flows.sameNode(house, two)).on(state, blobs).open()) {
                    try (Sse after = Sse.resume(next, sse.id(), "")) {
                        assertEquals("chunk 1", after.take().told());
                        Sse.Event error = after.take();
                        assertEquals("error", error.type());
                        assertEquals("platform", error.json().get("owner").stringValue());
                        assertEquals(2, error.number());
                    }
                }
                house.commands.gate("lost").open();
            }
        }
    }

    @Test
    @Tag("IV-11")
    void aStreamCanBeReadOnAnotherNode(@TempDir Path one, @TempDir Path two) throws Exception {
        try (House left = House.at(one)
                        .on(state, blobs)
                        .with("streams.window-events", "4")
                        .open();
                House right = House.at(two).on(state, blobs).open()) {
            left.commands.flow("there", guest -> {
                for (int i = 1; i <= 40; i++) {
                    guest.call(StreamsTest.chunk("" + i));
                }
                return "41";
            });
            left.deploy("there", "flow there");
            String id;
            String last;
            try (Sse sse = Sse.call(left, "there", "{}")) {
                id = sse.id();
                last = sse.take().id();
            }
            try (Sse sse = Sse.resume(right, id, last)) {
                List<String> told = sse.told();
                assertEquals(40, told.size());
                assertEquals("result 41", told.getLast());
            }
        }
    }

    @Test
    @Tag("IV-12")
    void aWorkflowWaitsForItsInputWithoutRunningAndOverARestart(@TempDir Path one, @TempDir Path two) throws Exception {
        Guest.Flow sums = guest -> {
            int sum = 0;
            while (true) {
                String piece = guest.call(new HostCall.Read());
                if (piece.equals("null")) {
                    assertEquals("null", guest.call(new HostCall.Read()));
                    return "" + sum;
                }
                sum += House.SCHEMAS.parse(piece).get("data").intValue();
                guest.call(StreamsTest.chunk("" + sum));
            }
        };
        String id;
        try (House house = House.at(one).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("sums", sums);
            try (Sse sse = Sse.call(house, "sums", "{}")) {
                id = sse.id();
                String path = "/api/v1/executions/" + id + "/input";
                for (int i = 1; i <= 3; i++) {
                    house.post(path, "{\"data\":" + i + "}").is(202);
                }
                for (int i = 0; i < 3; i++) {
                    sse.take();
                }
                flows.await(id, "suspended");
                assertEquals("input", flows.show(id).at("/waitsFor"));
            }
        }
        try (House house = House.at(two).on(state, blobs).open()) {
            house.commands.flow("sums", sums);
            String path = "/api/v1/executions/" + id + "/input";
            house.post(path, "{\"data\":4}").is(202);
            house.post(path, "{\"endOfStream\":true}").is(202);
            house.post(path, "{\"data\":5}").isProblem(409, "invalid_state");
            try (Sse sse = Sse.resume(house, id, "")) {
                assertEquals(chunks("chunk 1", "chunk 3", "chunk 6", "chunk 10", "result 10"), sse.told());
            }
            house.post(path, "{\"data\":5}").isProblem(409, "invalid_state");
        }
    }

    @Test
    void aWorkflowThatFailsAfterPiecesEndsItsStreamWithTheProblem(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).open()) {
            new Flows(house).deploy("fails", guest -> {
                guest.call(StreamsTest.chunk("1"));
                throw Guest.fails("no further");
            });
            try (Sse sse = Sse.call(house, "fails", "{}")) {
                assertEquals("chunk 1", sse.take().told());
                Sse.Event error = sse.take();
                assertEquals("error", error.type());
                assertEquals("no further", error.json().get("detail").stringValue());
                assertTrue(sse.next().isEmpty());
            }
            Flows flows = new Flows(house);
            flows.deploy("no-stream", guest -> guest.call(StreamsTest.chunk("1")));
            Reply ended = flows.await(flows.start("no-stream", "{}"), "failed");
            assertTrue(ended.at("/error/message").contains("not made as a stream"), ended.body());
        }
    }
}
