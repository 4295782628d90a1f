package dev.dovetail.worker;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Concurrent;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** A worker with a version's code in it. */
final class WorkerInstance implements Instance, Concurrent {
    private final Worker worker;
    private final Launch launch;
    private final Invoking invoking;
    private final Runnable closed;
    private final AtomicLong counted = new AtomicLong();

    /** @param closed told when it is closed; more than once does nothing */
    WorkerInstance(Worker worker, Launch launch, Runnable closed) {
        this.worker = worker;
        this.launch = launch;
        this.invoking = new Invoking(launch.environment());
        this.closed = closed;
    }

    @Override
    public int calls() {
        return worker.atOnce();
    }

    @Override
    public Outcome invoke(Invocation invocation, Host host) {
        if (!worker.alive()) {
            return new Outcome.Failed(
                    Fault.of(
                            Fault.PLATFORM,
                            Fault.Owner.PLATFORM,
                            "The instance is not usable any more: its worker "
                                    + worker.ending().said()),
                    Outcome.Usage.NONE);
        }
        invocation.secrets().values().forEach(secret -> worker.redaction().hide(secret.reveal()));
        boolean alone = calls() == 1;
        // where calls see each other, none must be able to speak for another
        String call = alone ? Long.toString(counted.incrementAndGet()) : Starting.token();
        if (alone) {
            worker.pipes().begin(Optional.of(invocation.executionId()));
        }
        boolean replaying = host.replaying();
        Bytes header = invoking.header(call, invocation, replaying);
        Outcome outcome = new Exchange(worker, launch, invocation, host, replaying, call)
                .run(header.toArray(), Invoking.payload(invocation));
        if (alone) {
            worker.pipes().end();
        } else {
            worker.pipes().drain();
        }
        return outcome;
    }

    @Override
    public boolean usable() {
        return worker.takesCalls();
    }

    @Override
    public List<Stage> stages() {
        return worker.stages();
    }

    @Override
    public void close() {
        worker.close();
        closed.run();
    }
}
