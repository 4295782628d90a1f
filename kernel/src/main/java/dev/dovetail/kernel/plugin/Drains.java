package dev.dovetail.kernel.plugin;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** The draining of what was replaced: beside everything else, of so many generations at once and no more. */
final class Drains {
    private static final int AT_ONCE = 2;

    private final Semaphore room = new Semaphore(AT_ONCE);
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    /** Waits until there is room for one more; to be given back, or used up by {@link #retire}. */
    void reserve() throws InterruptedException {
        room.acquire();
    }

    void giveBack() {
        room.release();
    }

    /** Drains, closes and unloads in the place reserved. */
    void retire(Tenure old, Duration patience) {
        Thread thread = Thread.ofPlatform()
                .name("drain of " + old.manifest())
                .daemon()
                .inheritInheritableThreadLocals(false)
                .unstarted(() -> {
                    try {
                        finish(old, patience);
                    } finally {
                        threads.remove(Thread.currentThread());
                        room.release();
                    }
                });
        threads.add(thread);
        thread.start();
    }

    /** Drains, closes and unloads, on this thread. */
    static void finish(Tenure old, Duration patience) {
        try {
            try {
                old.drain(patience);
            } catch (InterruptedException e) {
                // the kernel stops: what is still held is cut off
            }
            old.closeServices();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            old.unload(VersionState.SHELVED);
        }
    }

    /** Waits no longer for anybody. */
    void close() throws InterruptedException {
        for (Thread each : threads) {
            each.interrupt();
            each.join();
        }
    }
}
