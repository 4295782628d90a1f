package dev.dovetail.kernel;

import dev.dovetail.kernel.telemetry.log.Exhaustion;
import java.util.concurrent.ThreadFactory;

/** Makes the kernel's threads: outside of plugins, no others are made. */
final class Threads {
    private static final System.Logger LOG = System.getLogger("dev.dovetail.kernel");

    /** For what waits. One that finds no memory was at one call's work, or at little; its end is told. */
    ThreadFactory virtual(String name) {
        return Thread.ofVirtual()
                .name(name + "-", 0)
                .uncaughtExceptionHandler(Threads::told)
                .factory();
    }

    /** For what must run on time whatever the virtual threads do. The process ends with one that finds no memory. */
    ThreadFactory platform(String name) {
        return Thread.ofPlatform()
                .daemon()
                .name(name + "-", 0)
                .uncaughtExceptionHandler(Threads::died)
                .factory();
    }

    private static void told(Thread thread, Throwable why) {
        LOG.log(System.Logger.Level.ERROR, "The thread " + thread.getName() + " died", why);
    }

    private static void died(Thread thread, Throwable why) {
        Exhaustion.check(thread, why);
        told(thread, why);
    }
}
