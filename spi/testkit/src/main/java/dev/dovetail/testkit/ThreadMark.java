package dev.dovetail.testkit;

import java.time.Duration;
import java.util.List;

/**
 * Tells the platform threads that a test's service began by itself from those of others in this process: a thread takes the
 * context class loader over from the one that made it, and while the mark is set the test's thread has one of its own.
 * Threads of the JDK's shared pool do not take it over. Set and closed on the test's thread.
 */
final class ThreadMark extends ClassLoader implements AutoCloseable {
    private final Duration patience;
    private final Thread test = Thread.currentThread();
    private final ClassLoader before = test.getContextClassLoader();

    private ThreadMark(ClassLoader parent, Duration patience) {
        super(parent);
        this.patience = patience;
    }

    /** @param patience how long threads may take to end once the service is closed */
    static ThreadMark set(Duration patience) {
        ThreadMark mark = new ThreadMark(Thread.currentThread().getContextClassLoader(), patience);
        mark.test.setContextClassLoader(mark);
        return mark;
    }

    private List<Thread> leftBehind() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread != test && thread.getContextClassLoader() == this)
                .toList();
    }

    /** Takes the mark away; fails if a marked thread still runs after it has had some time to end. */
    @Override
    public void close() {
        test.setContextClassLoader(before);
        long until = System.nanoTime() + patience.toNanos();
        try {
            for (Thread thread : leftBehind()) {
                thread.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            test.interrupt();
            throw new IllegalStateException("Interrupted while threads ended", e);
        }
        List<Thread> left = leftBehind();
        if (!left.isEmpty()) {
            throw new AssertionError("The service was closed, and threads that it began by itself run on: "
                    + left.stream()
                            .map(thread -> thread + " at " + List.of(thread.getStackTrace()))
                            .toList());
        }
    }
}
