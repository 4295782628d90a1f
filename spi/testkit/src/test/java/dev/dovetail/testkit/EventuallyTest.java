package dev.dovetail.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class EventuallyTest {
    private static final Duration SHORT = Duration.ofMillis(30);

    private final AtomicInteger looks = new AtomicInteger();

    private static String failing(Executable waiting) {
        return assertThrows(AssertionError.class, waiting).getMessage();
    }

    @Test
    void whatHoldsIsNotWaitedFor() throws Exception {
        Eventually.holds("it holds", Duration.ZERO, () -> looks.incrementAndGet() == 1);
        assertEquals("there", Eventually.found("it", Duration.ZERO, () -> Optional.of("there")));
        assertEquals(1, looks.get());
    }

    @Test
    void whatComesAboutLaterIsSeen() throws Exception {
        Eventually.holds("the third look is taken", () -> looks.incrementAndGet() == 3);
        assertEquals(3, looks.get());
        int fifth = Eventually.found(
                "the fifth look",
                Eventually.PATIENCE,
                () -> Optional.of(looks.incrementAndGet()).filter(look -> look == 5));
        assertEquals(5, fifth);
    }

    @Test
    void whatNeverComesIsToldWithWhatThereIsInstead() {
        assertEquals("Not within 30 ms: pigs fly", failing(() -> Eventually.holds("pigs fly", SHORT, () -> false)));
        assertEquals(
                "Not within 30 ms: pigs fly; instead: they walk",
                failing(() -> Eventually.holds("pigs fly", SHORT, () -> false, () -> "they walk")));
        assertEquals(
                "Waited 30 ms in vain for pigs to fly",
                failing(() -> Eventually.found("pigs to fly", SHORT, Optional::empty)));
        assertEquals(
                "Not within 0 s: pigs fly", failing(() -> Eventually.holds("pigs fly", Duration.ZERO, () -> false)));
    }

    @Test
    void whatTheLookThrowsEndsTheWaiting() {
        assertThrows(
                IOException.class,
                () -> Eventually.holds("it is read", () -> {
                    throw new IOException("no such file");
                }));
    }

    @Test
    void interruptingEndsTheWaiting() {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> Eventually.holds("pigs fly", () -> false));
        assertFalse(Thread.interrupted(), "the interruption was taken");
    }
}
