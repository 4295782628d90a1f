package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A function is never far ahead of whoever reads its stream. */
class SlowReadersTest {
    /** What may lie in the sockets of one connection, on both sides. */
    private static final int SOCKETS = 24 << 20;

    private static final int PIECE = 100_000;
    private static final int PIECES = 600;
    private static final int WINDOW = 4;

    private final AtomicInteger sent = new AtomicInteger();

    private void deploy(House house) {
        String piece = "\"" + "x".repeat(PIECE - 2) + "\"";
        house.commands.flow("pours", guest -> {
            for (int i = 0; i < PIECES; i++) {
                guest.call(StreamsTest.chunk(piece));
                sent.incrementAndGet();
            }
            return "" + PIECES;
        });
        house.deploy("pours", "flow pours", "\"timeoutSeconds\":300");
    }

    private static House.Plan plan(Path folder, String patience) {
        return House.at(folder).with("streams.window-events", "" + WINDOW).with("streams.reader-patience", patience);
    }

    /** Waits until the function has sent nothing for a second, and answers how much it has. */
    private int stands() throws InterruptedException {
        int before = -1;
        while (before != sent.get()) {
            before = sent.get();
            Thread.sleep(1000); // it is there only by what does not happen
        }
        return before;
    }

    @Test
    @Tag("IV-11")
    void aSlowReaderMakesTheFunctionWaitAndGetsAllOfIt(@TempDir Path folder) throws Exception {
        try (House house = plan(folder, "PT60S").open()) {
            deploy(house);
            try (Sse sse = Sse.call(house, "pours", "{}")) {
                sse.take();
                int ahead = stands();
                assertTrue(ahead < PIECES, "the function has run away: " + ahead);
                assertTrue((long) ahead * PIECE < SOCKETS + (WINDOW + 2L) * PIECE, "too far ahead: " + ahead);
                for (int i = 0; i < 20; i++) {
                    sse.take();
                }
                var rest = sse.rest();
                assertEquals(PIECES - 21 + 1, rest.size());
                assertEquals("result " + PIECES, rest.getLast().told());
            }
        }
    }

    @Test
    @Tag("IV-11")
    void withoutAReaderTheFunctionComesAsFarAsTheWindowAndGoesOnWhenOneComes(@TempDir Path folder) throws Exception {
        try (House house = plan(folder, "PT60S").open()) {
            deploy(house);
            String id;
            String last;
            try (Sse sse = Sse.call(house, "pours", "{}")) {
                id = sse.id();
                last = sse.take().id();
            }
            int ahead = stands();
            assertTrue(ahead < PIECES, "the function has run away: " + ahead);
            try (Sse sse = Sse.resume(house, id, last)) {
                var rest = sse.rest();
                assertEquals(2, rest.getFirst().number());
                assertEquals(PIECES, rest.size());
                assertEquals("result " + PIECES, rest.getLast().told());
            }
        }
    }

    @Test
    @Tag("IV-11")
    void aClientThatNeverReadsEndsTheCallInWords(@TempDir Path folder) throws Exception {
        try (House house = plan(folder, "PT2S").open()) {
            deploy(house);
            try (Sse sse = Sse.call(house, "pours", "{}")) {
                Flows flows = new Flows(house);
                Reply ended = flows.await(sse.id(), "canceled", 60);
                assertTrue(ended.at("/error/message").contains("has read nothing for 2 s"), ended.body());
                assertEquals("caller", ended.at("/error/owner"));
                assertTrue(sent.get() < PIECES);
                try (Sse later = Sse.resume(house, sse.id(), sse.id() + ":" + sent.get())) {
                    var rest = later.rest();
                    assertEquals("error", rest.getLast().type());
                    assertTrue(rest.getLast().data().contains("streams.reader-patience"));
                }
            }
        }
    }

    @Test
    void aStreamIsForgottenAWhileAfterItsEnd(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).with("streams.retention", "PT1S").open()) {
            house.commands.flow("short", guest -> guest.call(StreamsTest.chunk("1")));
            house.deploy("short", "flow short");
            new Flows(house).deploy("short-flow", guest -> guest.call(StreamsTest.chunk("1")));
            for (String name : new String[] {"short", "short-flow"}) {
                String id;
                try (Sse sse = Sse.call(house, name, "{}")) {
                    sse.rest();
                    id = sse.id();
                }
                String path = "/api/v1/executions/" + id + "/stream";
                Eventually.holds(
                        "the stream is forgotten", () -> house.get(path).status() == 404);
                assertEquals(
                        0,
                        house.state
                                .list(
                                        dev.dovetail.spi.store.Range.prefix(
                                                dev.dovetail.spi.store.Key.Space.STATE, "t/default/z/" + id),
                                        10)
                                .size());
                house.get("/api/v1/executions/" + id).is(200);
            }
        }
    }
}
