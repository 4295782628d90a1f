package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls on virtual threads: they share their carriers, and have stack enough for what the language allows. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ThreadTest {
    @TempDir
    Path folder;

    private static <T> T virtually(Callable<T> task) throws InterruptedException, ExecutionException, TimeoutException {
        FutureTask<T> future = new FutureTask<>(task);
        Thread.ofVirtual().start(future);
        return future.get(40, TimeUnit.SECONDS);
    }

    @Test
    @Tag("RT-06")
    void endlessLoopsOnAllCarriersLetOthersRun() throws Exception {
        Launch launch = Scripts.launch(
                folder,
                "def main(ctx, input):\n    ctx.progress(0)\n    for _ in range(1 << 30):\n        for _ in range(1 << 30):\n            pass\n",
                Scripts.limits(1_000_000_000, 128));
        int carriers = Runtime.getRuntime().availableProcessors();
        List<Instance> instances = new ArrayList<>();
        List<Thread> callers = new ArrayList<>();
        try (Executor executor = Scripts.executor()) {
            for (int i = 0; i < 3 * carriers; i++) {
                Instance instance = executor.start(launch);
                FakeHost host = new FakeHost();
                instances.add(instance);
                callers.add(Thread.ofVirtual().start(() -> instance.invoke(Samples.invocation("{}"), host)));
                // each computes before the next one comes
                host.awaitTold();
            }
            CountDownLatch other = new CountDownLatch(1);
            Thread.ofVirtual().start(other::countDown);
            assertTrue(other.await(10, TimeUnit.SECONDS), "no other virtual thread had a turn");
        } finally {
            instances.forEach(Instance::close);
            for (Thread caller : callers) {
                assertTrue(caller.join(Duration.ofSeconds(10)), "a closed instance's call still runs");
            }
        }
    }

    @Test
    void theDeepestCallsFitTheStackOfAVirtualThread() throws Exception {
        // as high as expressions may be, called as deep as calls may be
        StringBuilder code = new StringBuilder("def f0(x):\n    return x\n");
        for (int i = 1; i < 10; i++) {
            code.append("def f").append(i).append("(x):\n    return ").append("[".repeat(190));
            code.append("sorted([x], key = lambda y: f")
                    .append(i - 1)
                    .append("(x))")
                    .append("]".repeat(190))
                    .append("\n");
        }
        code.append("def main(ctx, input):\n    return len([").append("f").append("LAST(1)])\n");
        int fits = 0;
        for (int last = 1; last < 10; last++) {
            Launch launch = Scripts.launch(folder, code.toString().replace("LAST", String.valueOf(last)));
            Outcome outcome = virtually(() -> Scripts.run(launch, "{}", new FakeHost()));
            if (outcome instanceof Outcome.Returned) {
                fits = last;
            } else {
                assertTrue(Scripts.failure(outcome).fault().message().contains("nested too deep"));
            }
        }
        assertTrue(fits >= 4 && fits < 9, "fits " + fits);
    }

    @Test
    void theDeepestValuesFitTheStackOfAVirtualThread() throws Exception {
        String code = """
                def deep(n):
                    l, m, t, d = [1], [1], (1,), {"k": 1}
                    for _ in range(n):
                        l, m, t, d = [l], [m], (t,), {"k": d}
                    return l, m, t, d

                def main(ctx, input):
                    l, m, t, d = deep(input)
                    return [l == m, len(repr(l)), {t: 1}[t], len(json.encode(d)), l < m, json.decode(json.encode(l)) == l]
                """;
        Launch launch = Scripts.launch(folder, code);
        String fine = Scripts.answer(virtually(() -> Scripts.run(launch, "240", new FakeHost())));
        assertEquals("[true,483,1,1447,false,true]", fine);
        Outcome deeper = virtually(() -> Scripts.run(launch, "300", new FakeHost()));
        assertTrue(Scripts.failure(deeper).fault().message().contains("nested more than 250 deep"));
        Outcome tooDeep = virtually(() -> Scripts.run(launch, "100000", new FakeHost()));
        assertTrue(Scripts.failure(tooDeep).fault().message().contains("nested more than 250 deep"));
    }
}
