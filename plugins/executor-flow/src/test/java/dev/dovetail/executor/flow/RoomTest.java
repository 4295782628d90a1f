package dev.dovetail.executor.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.executor.flow.jq.Budget;
import dev.dovetail.executor.flow.jq.Room;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What all calls hold of the heap together has an end. */
@Tag("RT-07")
final class RoomTest {
    private static final String LARGE = """
            do:
              - make: {set: '${ {n: [range(.n)]} }'}
              - ask: {call: http, with: {method: get, endpoint: 'https://example.com/'}}
            """;

    private static Executor executor(Room room) {
        return new FlowExecutor(
                Thread.ofVirtual().factory(),
                Thread.ofPlatform().stackSize(Budget.DEEP_STACK).factory(),
                room);
    }

    private static Outcome call(Executor executor, int n, FakeHost host) throws InterruptedException {
        try (Instance instance = executor.start(Flows.launch(LARGE))) {
            return instance.invoke(Samples.invocation("{\"n\":" + n + "}"), host);
        }
    }

    @Test
    void aCallForWhichOthersLeaveNoRoomIsToldSoAndSmallOnesGoOn() throws Exception {
        Room room = new Room(8 << 20);
        AtomicReference<Outcome> large = new AtomicReference<>();
        AtomicReference<Outcome> small = new AtomicReference<>();
        try (Executor executor = executor(room)) {
            FakeHost others = new FakeHost(asked -> {
                try {
                    // while the first call waits for its answer
                    large.compareAndSet(null, call(executor, 30_000, new FakeHost()));
                    small.compareAndSet(null, call(executor, 10, new FakeHost()));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return FakeHost.json("{\"status\":200,\"headers\":{},\"body\":\"1\"}");
            });
            call(executor, 30_000, others);
            Fault fault = assertInstanceOf(Outcome.Failed.class, large.get()).fault();
            assertEquals(Fault.QUOTA_EXCEEDED, fault.id(), fault::toString);
            assertEquals(Fault.Owner.PLATFORM, fault.owner());
            String of = String.valueOf(small.get());
            assertTrue(!of.contains(Fault.QUOTA_EXCEEDED) && !of.contains(Fault.MEMORY_LIMIT), of);
            assertEquals(0, room.taken(), "and all is given back");
        }
    }

    @Test
    void aCallThatNeedsMoreThanAllHaveTogetherIsToldSo() throws Exception {
        Room room = new Room(2 << 20);
        try (Executor executor = executor(room)) {
            Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, call(executor, 60_000, new FakeHost()));
            Fault fault = failed.fault();
            assertEquals(Fault.MEMORY_LIMIT, fault.id(), fault::toString);
            assertTrue(
                    fault.details()
                            .text()
                            .endsWith("},\"observed\":{\"max_memory_used_mb\":"
                                    + (failed.usage().peakBytes() >> 10) / 1024.0 + "}}"),
                    fault.details().text());
            assertTrue(fault.message().contains("all workflows of this node"), fault::message);
            assertEquals(0, room.taken());
        }
    }
}
