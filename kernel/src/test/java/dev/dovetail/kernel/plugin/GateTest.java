package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class GateTest {
    @Test
    void whoKnocksAtAShutGateIsNotCountedAsInside() throws Exception {
        Gate gate = new Gate();
        assertTrue(gate.enter());
        gate.shut();
        assertFalse(gate.awaitEmpty(Duration.ZERO));
        assertEquals(1, gate.inside());
        gate.leave();
        assertTrue(gate.awaitEmpty(Duration.ofSeconds(10)));
        AtomicBoolean enough = new AtomicBoolean();
        AtomicBoolean inside = new AtomicBoolean();
        CountDownLatch knocking = new CountDownLatch(1);
        Thread knocks = Thread.ofPlatform().start(() -> {
            while (!enough.get()) {
                inside.compareAndSet(false, gate.enter());
                knocking.countDown();
            }
        });
        knocking.await();
        long counted = 0;
        for (int look = 0; look < 1_000_000; look++) {
            counted += gate.inside();
        }
        enough.set(true);
        knocks.join();
        assertEquals(0, counted);
        assertFalse(inside.get());
        gate.open();
        assertTrue(gate.enter());
        assertEquals(1, gate.inside());
    }
}
