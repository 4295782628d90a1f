package dev.dovetail.testkit;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class ThreadMarkTest {
    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    @Test
    void aTimerThatIsLeftRunningIsFoundByName() {
        ThreadMark mark = ThreadMark.set(Duration.ofMillis(100));
        Timer timer = new Timer("left ticking", true);
        try {
            AssertionError found = assertThrows(AssertionError.class, mark::close);
            assertTrue(found.getMessage().contains("left ticking"), found.getMessage());
        } finally {
            timer.cancel();
        }
        assertSame(before, Thread.currentThread().getContextClassLoader());
    }

    @Test
    void aThreadThatAThreadBeganIsFoundToo() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        ThreadMark mark = ThreadMark.set(Duration.ofMillis(100));
        Thread.ofPlatform()
                .start(() -> Thread.ofPlatform().name("grandchild").start(() -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .join();
        AssertionError found = assertThrows(AssertionError.class, mark::close);
        end.countDown();
        assertTrue(found.getMessage().contains("grandchild"), found.getMessage());
    }

    @Test
    void whatOthersBeginAndWhatEndsIsNotItsAffair() throws Exception {
        Timer others = new Timer("another's", true);
        ThreadMark mark = ThreadMark.set(Duration.ofSeconds(10));
        Timer cancelled = new Timer("cancelled", true);
        CompletableFuture.runAsync(() -> {}).get();
        cancelled.cancel();
        assertDoesNotThrow(mark::close);
        others.cancel();
    }
}
