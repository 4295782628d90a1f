package dev.dovetail.executor.flow;

import dev.dovetail.executor.flow.jq.Budget;
import dev.dovetail.executor.flow.jq.Room;
import dev.dovetail.executor.flow.plan.Flow;
import dev.dovetail.executor.flow.run.Call;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/** A workflow that was read, of which calls leave nothing behind. Close during a call interrupts it. */
final class FlowInstance implements Instance {
    private static final long STEPS = 10_000_000;
    private static final long MOST_MEMORY_MB = 512;

    private final Launch launch;
    private final Flow flow;
    private final ThreadFactory threads;
    private final ThreadFactory deep;
    private final Room room;
    private final Object lock = new Object();
    private Optional<Thread> caller = Optional.empty();
    private boolean closed;

    FlowInstance(Launch launch, Flow flow, ThreadFactory threads, ThreadFactory deep, Room room) {
        this.room = room;
        this.deep = deep;
        this.launch = launch;
        this.flow = flow;
        this.threads = threads;
    }

    private Budget budget(Limits limits) {
        long bytes = Math.clamp(limits.memoryMb(), 1, MOST_MEMORY_MB) << 20;
        return new Budget(limits.own().getOrDefault("steps", STEPS), bytes / Room.VALUES_AT_ONCE, deep, room);
    }

    @Override
    public Outcome invoke(Invocation invocation, Host host) {
        synchronized (lock) {
            if (closed) {
                return new Outcome.Failed(closedFault(), Outcome.Usage.NONE);
            }
            caller = Optional.of(Thread.currentThread());
        }
        Outcome outcome = new Call(launch, flow, invocation, host, budget(launch.limits()), threads).run();
        synchronized (lock) {
            caller = Optional.empty();
            if (outcome instanceof Outcome.Stopped) {
                // it has been answered, whoever it came from
                Thread.interrupted();
            }
            if (closed) {
                Thread.interrupted();
                return outcome instanceof Outcome.Stopped
                        ? new Outcome.Failed(closedFault(), outcome.usage())
                        : outcome;
            }
        }
        return outcome;
    }

    private static Fault closedFault() {
        return Fault.of(Fault.PLATFORM, Fault.Owner.PLATFORM, "The instance was closed during the call");
    }

    @Override
    public boolean usable() {
        synchronized (lock) {
            return !closed;
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (!closed) {
                closed = true;
                caller.ifPresent(Thread::interrupt);
            }
        }
    }
}
