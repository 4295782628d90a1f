package dev.dovetail.executor.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many guests at once: fair turns, nobody starved, and nothing kept. */
@Tag("TE-06")
@Tag("TE-02")
@Tag("NF-20")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CrowdTest {
    private static final long TEN_MB = 10 << 20;

    private final Path samples = Wat.sample("echo").getParent();
    private Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private Instance start(String sample) throws InterruptedException {
        return start(sample, Samples.LIMITS);
    }

    private Instance start(String sample, Limits limits) throws InterruptedException {
        Wat.sample(sample);
        return bench.executor()
                .start(Samples.launch("wasm", samples, sample + ".handler", limits, Map.of(), (execution, line) -> {}));
    }

    @Test
    void aThousandCallsAtOnceAllAnswer() throws Exception {
        CountDownLatch all = new CountDownLatch(1000);
        try (Instance instance = start("ask");
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                Callable<String> call = () -> {
                    all.countDown();
                    all.await();
                    return Bench.answer(instance.invoke(
                            Samples.invocation("{}"),
                            new FakeHost(asked -> FakeHost.json(asked instanceof HostCall.Now ? "1" : "2"))));
                };
                answers.add(callers.submit(call));
            }
            for (Future<String> answer : answers) {
                assertEquals("[1,2]", answer.get(60, TimeUnit.SECONDS));
            }
        }
        assertEquals(0, bench.executor().room().taken());
    }

    @Test
    void aThousandInstancesEachWithACallAllAnswer() throws Exception {
        List<Instance> instances = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 1000; i++) {
                instances.add(start("remember"));
            }
            List<Future<String>> answers = new ArrayList<>();
            for (Instance instance : instances) {
                answers.add(
                        callers.submit(() -> Bench.answer(instance.invoke(Samples.invocation("{}"), new FakeHost()))));
            }
            for (Future<String> answer : answers) {
                assertEquals("1", answer.get(60, TimeUnit.SECONDS));
            }
        } finally {
            instances.forEach(Instance::close);
        }
    }

    @Test
    void instancesThatWaitForTheirCallsLeaveRoomForThoseThatHaveOne() throws Exception {
        bench.close();
        // each begins with 7.5 MB
        bench = new Bench(Map.of("threads", 4, "memory-mb", 64));
        List<Instance> instances = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Instance instance = start("echo");
                instances.add(instance);
            }
            for (Instance instance : instances) {
                answers.add(
                        callers.submit(() -> Bench.answer(instance.invoke(Samples.invocation("1"), new FakeHost()))));
            }
            for (Future<String> answer : answers) {
                assertEquals("1", answer.get(60, TimeUnit.SECONDS));
            }
        } finally {
            instances.forEach(Instance::close);
        }
        assertEquals(0, bench.executor().room().taken());
    }

    @Test
    @Tag("FH-06")
    void fourEndlessCallsDoNotStopAFifth() throws Exception {
        List<Instance> instances = new ArrayList<>();
        List<Call> endless = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                Instance instance = start("loop");
                FakeHost host = new FakeHost();
                instances.add(instance);
                endless.add(Call.of(instance, Samples.invocation("{}"), host));
                host.awaitTold();
            }
            try (Instance fifth = start("remember")) {
                for (int i = 0; i < 20; i++) {
                    Call call = Call.of(fifth, Samples.invocation("{}"), new FakeHost());
                    assertEquals("1", Bench.answer(call.outcome(Duration.ofSeconds(5))));
                }
            }
            // and the carriers of virtual threads are free
            CountDownLatch turn = new CountDownLatch(1);
            Thread.ofVirtual().start(turn::countDown);
            assertTrue(turn.await(1, TimeUnit.SECONDS));
        } finally {
            endless.forEach(Call::interrupt);
            for (Call call : endless) {
                assertInstanceOf(Outcome.Stopped.class, call.outcome(Duration.ofSeconds(1)));
            }
            instances.forEach(Instance::close);
        }
    }

    @Test
    void aCallThatWaitsForItsTurnIsStoppedAtOnce() throws Exception {
        bench.close();
        bench = new Bench(Map.of("threads", 1));
        try (Instance first = start("loop");
                Instance second = start("remember")) {
            FakeHost host = new FakeHost();
            Call endless = Call.of(first, Samples.invocation("{}"), host);
            host.awaitTold();
            Call waiting = Call.of(second, Samples.invocation("{}"), new FakeHost());
            waiting.interrupt();
            assertInstanceOf(Outcome.Stopped.class, waiting.outcome(Duration.ofSeconds(1)));
            endless.interrupt();
            assertInstanceOf(Outcome.Stopped.class, endless.outcome(Duration.ofSeconds(1)));
            Call next = Call.of(second, Samples.invocation("{}"), new FakeHost());
            assertEquals("1", Bench.answer(next.outcome(Duration.ofSeconds(5))));
        }
    }

    @Test
    void aGuestThatWaitsForAGuestLeavesItTheTurn() throws Exception {
        bench.close();
        bench = new Bench(Map.of("threads", 1));
        try (Instance outer = start("ask");
                Instance inner = start("remember")) {
            FakeHost host = new FakeHost(asked -> {
                Outcome nested = inner.invoke(Samples.invocation("{}"), new FakeHost());
                return FakeHost.json(Bench.answer(nested));
            });
            Call call = Call.of(outer, Samples.invocation("{}"), host);
            assertEquals("[1,1]", Bench.answer(call.outcome(Duration.ofSeconds(10))));
        }
    }

    @Test
    @Tag("NF-32")
    void memoryIsBackWhereItWasAfterAThousandCalls() throws Exception {
        try (Instance instance = start("allocate", new Limits(16, Duration.ofSeconds(30), 1000, Map.of()));
                Instance small = start("ask")) {
            rounds(instance, small, 20);
            long before = held();
            int threads = ManagementFactory.getThreadMXBean().getThreadCount();
            rounds(instance, small, 500);
            long more = held() - before;
            assertTrue(more < TEN_MB, "after 1,000 calls " + more + " bytes more are held");
            int left = ManagementFactory.getThreadMXBean().getThreadCount() - threads;
            assertTrue(left <= 2, left + " threads more");
            assertEquals(0, bench.executor().room().taken());
        }
    }

    private static void rounds(Instance hungry, Instance small, int rounds) {
        for (int i = 0; i < rounds; i++) {
            Bench.fault(hungry.invoke(Samples.invocation("{}"), new FakeHost()));
            Bench.answer(small.invoke(Samples.invocation("{}"), new FakeHost(asked -> FakeHost.json("1"))));
        }
    }

    /** Of the heap, once what nobody uses is gone. */
    private static long held() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
