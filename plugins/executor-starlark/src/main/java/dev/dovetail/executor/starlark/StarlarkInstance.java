package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.eval.StarFunction;
import dev.dovetail.executor.starlark.host.Calling;
import dev.dovetail.executor.starlark.host.Exit;
import dev.dovetail.executor.starlark.json.JsonReader;
import dev.dovetail.executor.starlark.json.JsonWriter;
import dev.dovetail.executor.starlark.value.Callable;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Halt;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A loaded file whose globals are frozen, so that calls leave nothing behind. Close during a call interrupts it. */
final class StarlarkInstance implements Instance {
    private final Launch launch;
    private final StarFunction handler;
    private final Budget budget;
    private final Object lock = new Object();
    private Optional<Thread> caller = Optional.empty();
    private boolean closed;

    StarlarkInstance(Launch launch, StarFunction handler) {
        this.launch = launch;
        this.handler = handler;
        this.budget = Budget.of(launch.limits());
    }

    @Override
    public Outcome invoke(Invocation invocation, Host host) {
        synchronized (lock) {
            if (closed) {
                return new Outcome.Failed(closedFault(), Outcome.Usage.NONE);
            }
            caller = Optional.of(Thread.currentThread());
        }
        Calling calling = Calling.of(launch, invocation, host);
        Run run = budget.run(calling);
        long started = System.nanoTime();
        Outcome outcome = attempt(invocation, calling, run, started);
        synchronized (lock) {
            caller = Optional.empty();
            if (closed) {
                // the interruption was close's own, and not the caller's
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

    private Outcome attempt(Invocation invocation, Calling calling, Run run, long started) {
        try {
            if (!(invocation.entry() instanceof Entry.Main)) {
                Fault fault = Fault.of(
                        Fault.UNSUPPORTED,
                        Fault.Owner.PLATFORM,
                        "This executor runs no compensations and no hooks yet: " + invocation.entry());
                return new Outcome.Failed(fault, Outcome.Usage.NONE);
            }
            Object input = JsonReader.frozen(run, invocation.input().toArray());
            Object result = handler.call(run, new Object[] {calling.context(), input}, Callable.NO_ARGUMENTS);
            Bytes body = Bytes.given(JsonWriter.write(run, result));
            if (body.size() > launch.limits().outputBytes()) {
                throw Failure.value("the answer has " + body.size() + " bytes; at most "
                        + launch.limits().outputBytes() + " are allowed");
            }
            return new Outcome.Returned(body, Map.of(), usage(calling, run, started));
        } catch (Failure failure) {
            String line = Faults.place(failure).map(handler::line).orElse("");
            return new Outcome.Failed(Faults.of(failure, line), usage(calling, run, started));
        } catch (Exit exit) {
            return new Outcome.Failed(exit.fault(), usage(calling, run, started));
        } catch (Halt halt) {
            Outcome.Usage usage = usage(calling, run, started);
            return switch (halt.reason()) {
                case STEPS, MEMORY -> new Outcome.Failed(Faults.limit(halt), usage);
                case STOPPED -> new Outcome.Stopped(usage);
                case SUSPENDED -> new Outcome.Suspended(List.of(), usage);
            };
        }
    }

    private static Outcome.Usage usage(Calling calling, Run run, long started) {
        long computed = System.nanoTime() - started - calling.waitedNanos();
        return new Outcome.Usage(Duration.ofNanos(Math.max(0, computed)), run.bytesUsed(), run.stepsUsed(), true);
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
