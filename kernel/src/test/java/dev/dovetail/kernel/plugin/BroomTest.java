package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nothing is said to linger before a collection was asked for that left it. */
@Tag("NM-03")
final class BroomTest {
    private final AtomicLong old = new AtomicLong();
    private final AtomicInteger swept = new AtomicInteger();
    private final List<ClassLoader> held = new ArrayList<>();

    private ClassLoader holding() {
        ClassLoader loader = new URLClassLoader(new URL[0]);
        held.add(loader);
        return loader;
    }

    private Broom broom(Runnable collect) {
        return new Broom(old::get, () -> {
            collect.run();
            swept.incrementAndGet();
        });
    }

    @Test
    void whatOnlyWaitedForACollectionIsNeverSaidToLinger() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Broom broom = broom(asked::incrementAndGet);
        Afterlife afterlife = new Afterlife(holding(), broom);
        assertFalse(afterlife.lingering());
        assertEquals(0, broom.begun(), "it is early yet");
        old.set(3); // some that did not look at it, as those of the young are
        held.clear();
        assertFalse(afterlife.lingering());
        broom.sweep();
        assertEquals(1, asked.get());
        assertTrue(afterlife.goneWithin(Duration.ofSeconds(20)));
        assertFalse(afterlife.lingering());
    }

    @Test
    void whatACollectionLeftLingersAndNoOtherIsAskedForWithinTheMinute() throws Exception {
        Broom broom = broom(() -> {});
        Afterlife afterlife = new Afterlife(holding(), broom);
        old.set(3);
        assertFalse(afterlife.lingering(), "it is not known before");
        broom.sweep();
        assertTrue(afterlife.lingering());
        for (int i = 0; i < 5; i++) {
            broom.sweep();
            assertTrue(afterlife.lingering());
        }
        assertEquals(1, swept.get());
        Afterlife later = new Afterlife(holding(), broom);
        old.set(6);
        broom.sweep();
        assertFalse(later.lingering(), "the collection was before it was unloaded");
        broom.ask(Duration.ZERO);
        broom.sweep();
        assertEquals(2, swept.get());
        assertTrue(later.lingering());
    }

    @Test
    void oneThatIsUnderWayWhenALoaderIsClosedSaysNothingOfIt() throws Exception {
        var inside = new java.util.concurrent.CountDownLatch(1);
        var goOn = new java.util.concurrent.CountDownLatch(1);
        Broom broom = broom(() -> {
            try {
                inside.countDown();
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        broom.ask(Duration.ZERO);
        inside.await();
        Afterlife afterlife = new Afterlife(holding(), broom);
        old.set(3);
        goOn.countDown();
        broom.sweep();
        assertFalse(afterlife.lingering());
    }
}
