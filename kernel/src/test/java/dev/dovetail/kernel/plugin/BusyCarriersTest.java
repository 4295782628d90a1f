package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Parts of a swap while every carrier has more to do than it can: pairs of virtual threads that wake each other in turn, so
 * that no carrier's own queue is ever empty and no virtual thread that begins is looked at.
 */
@Isolated("it keeps every carrier busy")
final class BusyCarriersTest {
    private static final int PAIRS = 8 * Runtime.getRuntime().availableProcessors();
    private static final int HALF_A_MINUTE = 30;

    /** The pairs, running until closed. */
    private static final class Busy implements AutoCloseable {
        private final AtomicBoolean enough = new AtomicBoolean();

        Busy() {
            for (int i = 0; i < PAIRS; i++) {
                AtomicReferenceArray<Thread> pair = new AtomicReferenceArray<>(2);
                begin(pair, 0);
                begin(pair, 1);
            }
        }

        private void begin(AtomicReferenceArray<Thread> pair, int self) {
            Thread.startVirtualThread(() -> {
                pair.set(self, Thread.currentThread());
                while (!enough.get()) {
                    LockSupport.unpark(pair.get(1 - self));
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                }
            });
        }

        @Override
        public void close() {
            enough.set(true);
        }
    }

    @Test
    void aTurnIsTakenAndAVersionInspectedAllTheSame() throws Exception {
        try (Busy _ = new Busy()) {
            Turns turns = new Turns("test");
            for (int i = 0; i < 20; i++) {
                int number = i;
                assertEquals(
                        number,
                        turns.begin(() -> Patience.within(
                                        Duration.ofSeconds(HALF_A_MINUTE), "The look", () -> number, late -> {}))
                                .get(HALF_A_MINUTE, TimeUnit.SECONDS));
            }
        }
    }
}
