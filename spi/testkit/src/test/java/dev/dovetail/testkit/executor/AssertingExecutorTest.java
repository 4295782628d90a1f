package dev.dovetail.testkit.executor;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AssertingExecutorTest {
    @TempDir
    Path code;

    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch leave = new CountDownLatch(1);
    private final AssertingExecutor executor =
            new AssertingExecutor(new FakeExecutor(Map.of("hold", (launch, invocation, host) -> {
                inside.countDown();
                leave.await();
                return invocation.input();
            })));
    private Launch launch;

    @BeforeEach
    void writeCode() throws Exception {
        Files.writeString(code.resolve("main.fake"), "hold");
        launch = Samples.launch("fake", code, "main.main");
    }

    @Test
    void acceptsAGoodCaller() throws Exception {
        leave.countDown();
        Instance instance = executor.start(launch);
        instance.invoke(Samples.invocation("1"), new FakeHost());
        instance.close();
        executor.close();
        assertDoesNotThrow(executor::check);
    }

    @Test
    void refusesTwoCallsAtOnceOfOneInstance() throws Exception {
        try (Instance instance = executor.start(launch)) {
            Call first = Call.of(instance, Samples.invocation("1"), new FakeHost());
            inside.await();
            var second = Samples.invocation("2");
            assertThrows(AssertionError.class, () -> instance.invoke(second, new FakeHost()));
            leave.countDown();
            first.outcome(Duration.ofSeconds(5));
        }
        executor.close();
        AssertionError kept = assertThrows(AssertionError.class, executor::check);
        assertTrue(kept.getMessage().contains("2 calls at once"), kept.getMessage());
    }

    @Test
    void refusesToCloseTheExecutorBeforeItsInstances() throws Exception {
        Instance instance = executor.start(launch);
        assertThrows(AssertionError.class, executor::close);
        instance.close();
    }

    @Test
    void refusesCallsAfterClose() throws Exception {
        Instance instance = executor.start(launch);
        instance.close();
        var late = Samples.invocation("1");
        assertThrows(AssertionError.class, () -> instance.invoke(late, new FakeHost()));
        executor.close();
        assertThrows(AssertionError.class, () -> executor.start(launch));
        assertThrows(AssertionError.class, () -> executor.inspect(launch));
    }

    @Test
    void missesTheClosingOfTheExecutor() {
        assertThrows(AssertionError.class, executor::check);
    }
}
