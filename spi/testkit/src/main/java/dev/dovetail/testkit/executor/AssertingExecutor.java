package dev.dovetail.testkit.executor;

import dev.dovetail.spi.executor.Concurrent;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.spi.host.Host;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Checks those who call an executor: nothing after close, one call of an instance at a time, instances closed before
 * their executor. A violation is thrown where it happens and kept, so that {@link #check} finds it if it was caught.
 */
public final class AssertingExecutor implements Executor {
    private final Executor executor;
    private final Set<AssertingInstance> open = ConcurrentHashMap.newKeySet();
    private final Queue<AssertionError> violations = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    public AssertingExecutor(Executor executor) {
        this.executor = executor;
    }

    /** Fails if a rule was broken, or if the executor or an instance was never closed. */
    public void check() {
        violations.stream().findFirst().ifPresent(violation -> {
            throw violation;
        });
        if (!closed.get()) {
            throw new AssertionError("The executor was never closed");
        }
    }

    private void require(boolean condition, String violation) {
        if (!condition) {
            AssertionError error = new AssertionError(violation);
            violations.add(error);
            throw error;
        }
    }

    @Override
    public List<Problem> inspect(Launch launch) {
        require(!closed.get(), "inspect() after the executor was closed");
        return executor.inspect(launch);
    }

    @Override
    public Instance start(Launch launch) throws InterruptedException {
        require(!closed.get(), "start() after the executor was closed");
        AssertingInstance instance = new AssertingInstance(executor.start(launch), launch);
        open.add(instance);
        return instance;
    }

    @Override
    public void close() {
        require(open.isEmpty(), "The executor was closed before its instances: " + open);
        closed.set(true);
        executor.close();
        // an executor must bear it
        executor.close();
    }

    private final class AssertingInstance implements Instance {
        private final Instance instance;
        private final Launch launch;
        private final AtomicInteger calls = new AtomicInteger();
        private final AtomicBoolean ended = new AtomicBoolean();

        AssertingInstance(Instance instance, Launch launch) {
            this.instance = instance;
            this.launch = launch;
        }

        @Override
        public Outcome invoke(Invocation invocation, Host host) {
            require(!ended.get(), "invoke() after the instance of " + launch.version() + " was closed");
            int most = instance instanceof Concurrent concurrent ? concurrent.calls() : 1;
            int now = calls.incrementAndGet();
            try {
                require(
                        now <= most,
                        now + " calls at once of an instance of " + launch.version() + " that takes " + most);
                return instance.invoke(invocation, host);
            } finally {
                calls.decrementAndGet();
            }
        }

        @Override
        public boolean usable() {
            return instance.usable();
        }

        @Override
        public void close() {
            ended.set(true);
            open.remove(this);
            instance.close();
            instance.close();
        }

        @Override
        public String toString() {
            return "an instance of " + launch.version();
        }
    }
}
