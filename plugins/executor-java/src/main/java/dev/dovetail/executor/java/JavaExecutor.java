package dev.dovetail.executor.java;

import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Prestarts;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.worker.WorkerExecutor;
import java.util.List;
import java.util.Optional;

/** Workers that run Java, and what is kept for them. Thread-safe. */
final class JavaExecutor implements Executor, Prestarts {
    private final WorkerExecutor workers;
    private final Archives archives;

    JavaExecutor(WorkerExecutor workers, Archives archives) {
        this.workers = workers;
        this.archives = archives;
    }

    @Override
    public List<Problem> inspect(Launch launch) {
        return workers.inspect(launch);
    }

    @Override
    public Instance start(Launch launch) throws InterruptedException {
        return workers.start(launch);
    }

    @Override
    public Blank prestart(String runtime, Limits limits, Isolation isolation) throws InterruptedException {
        return workers.prestart(runtime, limits, isolation);
    }

    @Override
    public Instance start(Launch launch, Blank blank) throws InterruptedException {
        return workers.start(launch, blank);
    }

    @Override
    public Optional<Isolation> isolation() {
        return workers.isolation();
    }

    @Override
    public void close() {
        archives.close();
        workers.close();
    }
}
