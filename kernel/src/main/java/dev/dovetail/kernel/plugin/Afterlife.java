package dev.dovetail.kernel.plugin;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;

/** The watch on a class loader that was closed: has it really gone? Holds it weakly. */
final class Afterlife {
    /** Collections of the old generation that a loader may survive before it is said to linger. */
    private static final long SURVIVABLE = 3;

    private final WeakReference<ClassLoader> loader;
    private final Broom broom;
    private final long before;
    private final long sweeps;

    Afterlife(ClassLoader loader, Broom broom) {
        this.loader = new WeakReference<>(loader);
        this.broom = broom;
        this.before = broom.old();
        this.sweeps = broom.begun();
    }

    boolean gone() {
        return loader.refersTo(null);
    }

    /**
     * Whether it should be gone by now and is not, also after a collection that was asked for: what happens by itself in a process
     * with little to do is not always a whole one. Asks for it, and does not wait.
     */
    boolean lingering() {
        if (gone() || broom.old() - before < SURVIVABLE) {
            return false;
        }
        boolean swept = broom.sweptSince(sweeps);
        broom.ask(swept ? Broom.SELDOM : Broom.PAUSE);
        return swept && !gone();
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
