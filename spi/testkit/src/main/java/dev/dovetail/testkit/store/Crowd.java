package dev.dovetail.testkit.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many who do something at the same moment: platform threads, since those who look without pause must not starve others. */
final class Crowd {
    private Crowd() {}

    /** What one of them does. */
    interface Deed<T> {
        T by(int member) throws Exception;
    }

    /** Lets the members begin at once, each on a thread of its own; the answers are in the members' order. */
    static <T> List<T> of(int members, Deed<T> deed) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(members);
        List<Future<T>> running = new ArrayList<>();
        try (var threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
            for (int i = 0; i < members; i++) {
                int member = i;
                running.add(threads.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return deed.by(member);
                }));
            }
            List<T> answers = new ArrayList<>();
            for (Future<T> each : running) {
                try {
                    answers.add(each.get());
                } catch (ExecutionException e) {
                    throw new AssertionError("One of " + members + " failed: " + e.getCause(), e.getCause());
                }
            }
            return answers;
        }
    }
}
