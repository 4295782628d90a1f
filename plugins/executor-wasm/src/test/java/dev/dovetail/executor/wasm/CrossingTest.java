package dev.dovetail.executor.wasm;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The two threads of a call, and somebody who interrupts it. */
final class CrossingTest {
    private static final int TIMES = 3_000;
    private static final long SEED = Long.getLong("crossing.seed", System.nanoTime());

    @Test
    @Timeout(60)
    void anInterruptEndsACallWhateverItsGuestIsAboutToAsk() throws Exception {
        Random random = new Random(SEED);
        Lanes lanes = new Lanes(2, Thread.ofPlatform().daemon().factory());
        for (int i = 0; i < TIMES; i++) {
            Crossing crossing = new Crossing(lanes);
            CountDownLatch runs = new CountDownLatch(1);
            Thread caller = Thread.currentThread();
            long nanos = random.nextLong(60_000);
            Thread other = Thread.ofPlatform().start(() -> {
                try {
                    runs.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                LockSupport.parkNanos(nanos);
                caller.interrupt();
            });
            assertThrows(
                    Left.class,
                    () -> crossing.run(() -> {
                        runs.countDown();
                        return crossing.ask(true, () -> {
                            Thread.sleep(Duration.ofHours(1));
                            return true;
                        });
                    }),
                    () -> "seed " + SEED);
            other.join();
        }
        lanes.close();
    }
}
