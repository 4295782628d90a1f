package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.eval.Program;
import dev.dovetail.executor.starlark.eval.StarFunction;
import dev.dovetail.executor.starlark.host.Calling;
import dev.dovetail.executor.starlark.host.Deployed;
import dev.dovetail.executor.starlark.host.Exit;
import dev.dovetail.executor.starlark.json.JsonReader;
import dev.dovetail.executor.starlark.json.JsonWriter;
import dev.dovetail.executor.starlark.value.Callable;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Halt;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.Room;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Controllable;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Inspectable;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/** A loaded file whose globals are frozen, so that calls leave nothing behind. Close during a call interrupts it. */
final class StarlarkInstance implements Instance, Inspectable, Controllable {
    private final Launch launch;
    private final Program.Module module;
    /** Kept for the other instances of its version too. */
    private final Script script;

    private final Run loaded;
    private final Room room;
    private final Budget budget;
    private final Deployed deployed;
    private final Object lock = new Object();
    private Optional<Thread> caller = Optional.empty();
    private final Inspection inspection = new Inspection();
    private boolean closed;

    /**
     * @param loaded the run that made the globals: what it took of the room is given back when they are gone
     * @param room what its calls share with those of others
     */
    StarlarkInstance(
            Launch launch, Program.Module module, Script script, ThreadFactory threads, Run loaded, Room room) {
        this.loaded = loaded;
        this.room = room;
        this.launch = launch;
        this.module = module;
        this.script = script;
        this.budget = Budget.of(launch.limits());
        this.deployed = new Deployed(launch, module, threads, this::fault);
    }

    @Override
    public Outcome invoke(Invocation invocation, Host host) {
        synchronized (lock) {
            if (closed) {
                return new Outcome.Failed(closedFault(), Outcome.Usage.NONE);
            }
            caller = Optional.of(Thread.currentThread());
        }
        Calling calling = Calling.of(deployed, invocation, host);
        Run run = budget.run(calling, room);
        inspection.begin(invocation.executionId(), run);
        long started = System.nanoTime();
        Outcome outcome;
        try {
            outcome = attempt(invocation, calling, run, started);
        } finally {
            inspection.end();
            run.end();
        }
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

    @Override
    public List<Outcome.Frame> stack(String executionId) {
        return inspection.stack(executionId);
    }

    @Override
    public Map<String, String> locals(String executionId, int frame) {
        return inspection.locals(executionId, frame);
    }

    @Override
    public Optional<Place> held(String executionId) {
        return inspection.held(executionId);
    }

    @Override
    public void breakAt(String executionId, List<Place> places) {
        inspection.breakAt(executionId, places);
    }

    @Override
    public void go(String executionId, Pace pace) {
        inspection.go(executionId, pace);
    }

    @Override
    public Bytes control(String executionId, String action, Bytes payload) throws InterruptedException {
        return new Actions(inspection).control(executionId, action, payload);
    }

    private static Fault closedFault() {
        return Fault.of(Fault.PLATFORM, Fault.Owner.PLATFORM, "The instance was closed during the call");
    }

    private Outcome attempt(Invocation invocation, Calling calling, Run run, long started) {
        try {
            Object result =
                    function(invocation.entry()).call(run, arguments(run, invocation, calling), Callable.NO_ARGUMENTS);
            Bytes body = Bytes.given(JsonWriter.write(run, result));
            if (body.size() > launch.limits().outputBytes()) {
                throw Failure.value("the answer has " + body.size() + " bytes; at most "
                        + launch.limits().outputBytes() + " are allowed");
            }
            return new Outcome.Returned(body, Map.of(), usage(calling, run, started));
        } catch (Failure failure) {
            return new Outcome.Failed(fault(failure), usage(calling, run, started));
        } catch (Exit exit) {
            return new Outcome.Failed(exit.fault(), usage(calling, run, started));
        } catch (Halt halt) {
            Outcome.Usage usage = usage(calling, run, started);
            return switch (halt.reason()) {
                case STEPS, MEMORY, CROWDED -> new Outcome.Failed(Faults.limit(halt, launch.limits(), usage), usage);
                case STOPPED -> new Outcome.Stopped(usage);
                case SUSPENDED ->
                    new Outcome.Suspended(
                            halt.frames().stream()
                                    .map(frame -> new Outcome.Frame(frame.function(), frame.place()))
                                    .toList(),
                            usage);
            };
        } catch (OutOfMemoryError full) {
            Outcome.Usage usage = usage(calling, run, started);
            return new Outcome.Failed(Faults.heap(launch.limits(), usage), usage);
        }
    }

    /** What an entry names: always a function that the file defines. */
    private StarFunction function(Entry entry) {
        String name = switch (entry) {
            case Entry.Main() -> script.function();
            case Entry.Compensation compensation -> compensation.function();
            case Entry.Hook hook -> hook.function();
        };
        if (module.find(name).orElse("") instanceof StarFunction function) {
            return function;
        }
        throw new Failure(Failure.Kind.NAME, "the file defines no function \"" + name + "\"");
    }

    private static Object[] arguments(Run run, Invocation invocation, Calling calling) {
        Object context = calling.context();
        return switch (invocation.entry()) {
            case Entry.Main() -> new Object[] {context, value(run, invocation.input())};
            case Entry.Hook hook -> new Object[] {context, value(run, hook.context())};
            case Entry.Compensation step ->
                new Object[] {
                    context,
                    value(run, step.stepInput()),
                    step.stepOutput().<Object>map(output -> value(run, output)).orElse(None.NONE)
                };
        };
    }

    private static Object value(Run run, Bytes json) {
        return JsonReader.frozen(run, json.toArray());
    }

    private Fault fault(Failure failure) {
        return Faults.of(failure, Faults.place(failure).map(this::line).orElse(""));
    }

    private String line(Place place) {
        return ((StarFunction) module.find(script.function()).orElseThrow()).line(place);
    }

    private Outcome.Usage usage(Calling calling, Run run, long started) {
        long computed = System.nanoTime() - started - calling.waitedNanos() - inspection.heldNanos();
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
                loaded.end();
                caller.ifPresent(Thread::interrupt);
            }
        }
    }
}
