package dev.dovetail.kernel.plugin;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;

/** The watch on a class loader that was closed: has it really gone? Holds it weakly. */
final class Afterlife {
    /** OldCollections of the old generation that a loader may survive before it is said to linger. */
    private static final long SURVIVABLE = 3;

    private final WeakReference<ClassLoader> loader;
    private final OldCollections collections;
    private final long before;

    Afterlife(ClassLoader loader, OldCollections collections) {
        this.loader = new WeakReference<>(loader);
        this.collections = collections;
        this.before = collections.old();
    }

    boolean gone() {
        return loader.refersTo(null);
    }

    /** Whether it should be gone by now and is not. */
    boolean lingering() {
        return !gone() && collections.old() - before >= SURVIVABLE;
    }

    /** The live threads whose context class loader it still is: the first suspects. */
    List<String> suspects() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> loader.refersTo(thread.getContextClassLoader()))
                .map(Thread::getName)
                .sorted()
                .toList();
    }

    /** Forces collections until it is gone, or the patience runs out: for tests, never in production. */
    boolean goneWithin(Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        long pause = 1;
        while (!gone()) {
            if (System.nanoTime() - until > 0) {
                return false;
            }
            System.gc();
            Thread.sleep(pause);
            pause = Math.min(pause * 2, 200);
        }
        return true;
    }
}
