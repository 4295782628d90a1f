package dev.dovetail.testkit.executor;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs a lambda on the caller's thread, which {@link #close} interrupts. */
final class FakeInstance implements Instance {
    private final Launch launch;
    private final FakeExecutorProvider.Function function;
    private Optional<Thread> caller = Optional.empty();
    private boolean closed;

    FakeInstance(Launch launch, FakeExecutorProvider.Function function) {
        this.launch = launch;
        this.function = function;
    }

    @Override
    public Outcome invoke(Invocation invocation, Host host) {
        synchronized (this) {
            if (closed) {
                return closedDuringCall();
            }
            caller = Optional.of(Thread.currentThread());
        }
        Outcome outcome = attempt(invocation, host);
        synchronized (this) {
            caller = Optional.empty();
            if (closed) {
                Thread.interrupted();
                return outcome instanceof Outcome.Stopped ? closedDuringCall() : outcome;
            }
        }
        return outcome;
    }

    private static Outcome closedDuringCall() {
        return failed(Fault.of(Fault.PLATFORM, Fault.Owner.PLATFORM, "The instance was closed"));
    }

    private static Outcome failed(Fault fault) {
        return new Outcome.Failed(fault, Outcome.Usage.NONE);
    }

    private Outcome attempt(Invocation invocation, Host host) {
        try {
            Bytes body = function.call(launch, invocation, host);
            if (body.size() > launch.limits().outputBytes()) {
                return failed(Fault.of(Fault.CODE, Fault.Owner.FUNCTION, "The answer has " + body.size() + " bytes"));
            }
            return new Outcome.Returned(body, Map.of(), Outcome.Usage.NONE);
        } catch (InterruptedException e) {
            return new Outcome.Stopped(Outcome.Usage.NONE);
        } catch (FakeExecutorProvider.Ends ends) {
            return switch (ends.how()) {
                case FAULT -> failed(ends.fault());
                case STOPPED -> new Outcome.Stopped(Outcome.Usage.NONE);
                case SUSPENDED -> new Outcome.Suspended(List.of(), Outcome.Usage.NONE);
            };
        } catch (Exception e) {
            return failed(Fault.of(Fault.CODE, Fault.Owner.FUNCTION, String.valueOf(e.getMessage())));
        }
    }

    @Override
    public synchronized boolean usable() {
        return !closed;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            caller.ifPresent(Thread::interrupt);
        }
    }
}
