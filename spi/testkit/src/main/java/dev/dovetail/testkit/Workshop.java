package dev.dovetail.testkit;

import dev.dovetail.spi.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Stream;

/**
 * The context of a test: it lends a service what the kernel would, and {@link #close} fails if the service left a thread
 * behind.
 */
public final class Workshop implements Context, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path root;
    private final Queue<Thread> made = new ConcurrentLinkedQueue<>();

    public Workshop() {
        try {
            root = Files.createTempDirectory("dovetail-test");
            for (String each : List.of("scratch", "cache", "home")) {
                Files.createDirectory(root.resolve(each));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public System.Logger log() {
        return System.getLogger("dev.dovetail.test");
    }

    @Override
    public ThreadFactory threads() {
        return remembering(Thread.ofVirtual().name("plugin-", 0).factory());
    }

    @Override
    public ThreadFactory threads(int stackBytes) {
        return remembering(Thread.ofPlatform()
                .name("plugin-", 0)
                .daemon()
                .stackSize(stackBytes)
                .factory());
    }

    private ThreadFactory remembering(ThreadFactory factory) {
        return task -> {
            Thread thread = factory.newThread(task);
            // one that has ended would keep its task, and with it what a test may count on to be gone
            made.removeIf(each -> each.getState() == Thread.State.TERMINATED);
            made.add(thread);
            return thread;
        };
    }

    @Override
    public Path scratch() {
        return root.resolve("scratch");
    }

    @Override
    public Path cache() {
        return root.resolve("cache");
    }

    @Override
    public Path home() {
        return root.resolve("home");
    }

    @Override
    public InstantSource clock() {
        return InstantSource.system();
    }

    /** The threads that were made here and still run, after they have had some time to end. */
    public List<Thread> leftBehind() throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        for (Thread thread : made) {
            thread.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
        }
        return made.stream().filter(Thread::isAlive).toList();
    }

    @Override
    public void close() {
        List<Thread> left;
        try {
            left = leftBehind();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while threads ended", e);
        }
        left.forEach(Thread::interrupt);
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!left.isEmpty()) {
            throw new AssertionError("The service was closed and left threads running: "
                    + left.stream()
                            .map(t -> t + " at " + List.of(t.getStackTrace()))
                            .toList());
        }
    }
}
