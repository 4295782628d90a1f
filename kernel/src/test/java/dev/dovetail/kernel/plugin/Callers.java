package dev.dovetail.kernel.plugin;

import dev.dovetail.testkit.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Many virtual threads that call without pause until told to stop, and count what they are answered. Every few calls a
 * caller begins on a new thread, as requests do: a loop that never returns can be compiled with a plugin's code in it, and
 * keeps that plugin loaded by being on a stack.
 */
final class Callers implements AutoCloseable {
    private static final int CALLS_OF_A_THREAD = 20;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicBoolean enough = new AtomicBoolean();
    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
    private final List<Future<Optional<Exception>>> callers;

    Callers(int count, Callable<String> call) throws InterruptedException {
        CountDownLatch running = new CountDownLatch(count);
        callers = Stream.generate(() -> threads.submit(() -> {
                    running.countDown();
                    return calling(call);
                }))
                .limit(count)
                .toList();
        running.await();
    }

    private Optional<Exception> calling(Callable<String> call) throws Exception {
        while (!enough.get()) {
            Optional<Exception> failed = threads.submit(() -> some(call)).get();
            if (failed.isPresent()) {
                return failed;
            }
        }
        return Optional.empty();
    }

    private Optional<Exception> some(Callable<String> call) {
        for (int i = 0; i < CALLS_OF_A_THREAD; i++) {
            try {
                answers.computeIfAbsent(call.call(), answer -> new LongAdder()).increment();
            } catch (Exception e) {
                return Optional.of(e);
            }
            LockSupport.parkNanos(1_000); // a yield would starve callers that have not begun
        }
        return Optional.empty();
    }

    /** How often this was the answer until now. */
    long answered(String answer) {
        return answers.getOrDefault(answer, new LongAdder()).sum();
    }

    /** Waits until this is answered once more. */
    void awaitAnswer(String answer) throws InterruptedException {
        long before = answered(answer);
        Eventually.holds(answer + " is answered", () -> answered(answer) > before);
    }

    /**
     * Tells all to stop and waits for them.
     *
     * @return how many calls there were
     * @throws AssertionError if one of them failed
     */
    long stop() throws Exception {
        enough.set(true);
        for (Future<Optional<Exception>> caller : callers) {
            Optional<Exception> failed = caller.get();
            if (failed.isPresent()) {
                throw new AssertionError("A call failed", failed.get());
            }
        }
        return answers.values().stream().mapToLong(LongAdder::sum).sum();
    }

    @Override
    public void close() {
        enough.set(true);
        threads.shutdownNow();
        try {
            threads.awaitTermination(Duration.ofSeconds(10).toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
