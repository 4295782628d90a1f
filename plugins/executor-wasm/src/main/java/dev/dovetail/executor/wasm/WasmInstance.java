package dev.dovetail.executor.wasm;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Concurrent;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/** A loaded module. Each call gets a guest of its own, the first one that which was made when the instance was started, if it was kept. */
final class WasmInstance implements Instance, Concurrent {
    private final WasmExecutor executor;
    private final Launch launch;
    private final String file;
    private final String export;
    private final boolean command;
    private final Program program;
    private final Duration loaded;
    private final Object lock = new Object();
    private final Set<Crossing> calls = new HashSet<>();
    private Optional<Guest> first;
    private boolean closed;

    WasmInstance(
            WasmExecutor executor,
            Launch launch,
            Source source,
            Program program,
            Optional<Guest> first,
            Duration loaded) {
        this.executor = executor;
        this.launch = launch;
        this.file = source.file();
        this.export = source.export();
        this.command = Checks.isCommand(program.wasm(), source);
        this.program = program;
        this.first = first;
        this.loaded = loaded;
    }

    @Override
    public int calls() {
        return Math.max(1, launch.concurrency());
    }

    @Override
    public List<Stage> stages() {
        return List.of(new Stage("load", loaded));
    }

    @Override
    public Outcome invoke(Invocation invocation, Host host) {
        Crossing crossing = new Crossing(executor.lanes());
        Calling calling = Calling.of(launch, crossing, invocation, host);
        Optional<Guest> made;
        synchronized (lock) {
            if (closed) {
                return closed(Outcome.Usage.NONE);
            }
            calls.add(crossing);
            made = first;
            first = Optional.empty();
        }
        Guest guest = made.orElseGet(() -> new Guest(program, file, executor.room(), executor.mostElements(), calling));
        Turn turn = new Turn(guest, made.isEmpty(), calling, invocation, export, command);
        try {
            Bytes body = crossing.run(turn);
            return new Outcome.Returned(body, Map.of(), turn.usage());
        } catch (Left left) {
            return switch (left.why()) {
                case STOPPED -> new Outcome.Stopped(turn.usage());
                case SUSPENDED -> new Outcome.Suspended(frames(turn), turn.usage());
                case CLOSED -> closed(turn.usage());
            };
        } catch (Crossing.NoTurn e) {
            return new Outcome.Failed(
                    Fault.of(
                            Fault.QUOTA_EXCEEDED,
                            Fault.Owner.PLATFORM,
                            "There are as many WebAssembly guests as there may be"),
                    Outcome.Usage.NONE);
        } catch (ExecutionException e) {
            return new Outcome.Failed(guest.fault(e.getCause()), turn.usage());
        } finally {
            guest.close();
            synchronized (lock) {
                calls.remove(crossing);
            }
        }
    }

    private List<Outcome.Frame> frames(Turn turn) {
        return turn.where().stream()
                .map(frame -> new Outcome.Frame(frame.name(), new Place(file, frame.function(), 0)))
                .toList();
    }

    private static Outcome closed(Outcome.Usage usage) {
        return new Outcome.Failed(
                Fault.of(Fault.PLATFORM, Fault.Owner.PLATFORM, "The instance was closed during the call"), usage);
    }

    @Override
    public boolean usable() {
        synchronized (lock) {
            return !closed;
        }
    }

    @Override
    public void close() {
        Optional<Guest> unused;
        Set<Crossing> open;
        synchronized (lock) {
            closed = true;
            unused = first;
            first = Optional.empty();
            open = Set.copyOf(calls);
        }
        unused.ifPresent(Guest::close);
        open.forEach(crossing -> crossing.leave(Left.Why.CLOSED));
    }
}
