package dev.dovetail.kernel.plugin;

import dev.dovetail.kernel.telemetry.log.Exhaustion;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

/** The threads of one open service: made here, and nowhere else, so that they can be ended with it. */
final class Workers {
    private static final System.Logger LOG = System.getLogger("dev.dovetail.kernel.plugin");

    private final String owner;
    private final String whose;
    private final ClassLoader loader;
    private final Set<Thread> alive = ConcurrentHashMap.newKeySet();
    private volatile boolean over;

    Workers(String owner, ClassLoader loader) {
        this.owner = owner;
        this.whose = "A thread of " + owner;
        this.loader = loader;
    }

    ThreadFactory virtual() {
        return task -> made(Thread.ofVirtual().name(owner).unstarted(tracked(task)));
    }

    ThreadFactory platform(int stackBytes) {
        return task -> made(Thread.ofPlatform()
                .name(owner)
                .daemon()
                .stackSize(stackBytes)
                .inheritInheritableThreadLocals(false)
                .unstarted(tracked(task)));
    }

    private Thread made(Thread thread) {
        if (over) {
            throw new IllegalStateException(owner + " is closed and gets no more threads");
        }
        thread.setContextClassLoader(loader);
        thread.setUncaughtExceptionHandler((t, e) -> {
            Exhaustion.check(whose, e);
            LOG.log(System.Logger.Level.ERROR, owner + ": a thread died of " + Boundary.told(e));
        });
        return thread;
    }

    private Runnable tracked(Runnable task) {
        return () -> {
            Thread self = Thread.currentThread();
            alive.add(self);
            if (over) {
                self.interrupt();
            }
            try {
                task.run();
            } finally {
                alive.remove(self);
            }
        };
    }

    /**
     * Interrupts the threads that still run and waits for them.
     *
     * @return those that did not end, in words
     */
    List<String> end(Duration patience) throws InterruptedException {
        over = true;
        long until = System.nanoTime() + patience.toNanos();
        for (Thread thread : alive) {
            thread.interrupt();
        }
        for (Thread thread : alive) {
            thread.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
        }
        return alive.stream()
                .filter(Thread::isAlive)
                .map(Workers::told)
                .sorted()
                .toList();
    }

    private static String told(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        return (thread.isVirtual() ? "a virtual thread" : "a platform thread")
                + (stack.length == 0 ? "" : " at " + stack[0]);
    }
}
