package dev.dovetail.executor.wasm;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Runs modules of WebAssembly, compiled to the JVM's own code, on platform threads of this plugin's. */
final class WasmExecutor implements Executor {
    /** How long a module may take to get ready before anybody calls it; those that take longer do so in their calls. */
    private static final Duration MOST_OPENING = Duration.ofSeconds(5);

    private final long mostModuleBytes;
    private final int mostElements;
    private final Programs programs;
    private final Lanes lanes;
    private final Room room;

    WasmExecutor(Config config, Context context) {
        Frames.prepare();
        this.mostModuleBytes = config.number("module-bytes");
        this.mostElements = (int) config.number("table-elements");
        this.programs = new Programs(new Shelf(context), context::threads, mostElements);
        this.lanes = new Lanes((int) config.number("threads"), context.threads((int) config.number("stack-kb") << 10));
        this.room = new Room(
                config.has("memory-mb")
                        ? config.number("memory-mb") << 20
                        : Runtime.getRuntime().maxMemory() / 2);
    }

    Room room() {
        return room;
    }

    Lanes lanes() {
        return lanes;
    }

    int mostElements() {
        return mostElements;
    }

    @Override
    public List<Problem> inspect(Launch launch) {
        try {
            programs.load(Source.of(launch, mostModuleBytes), launch);
            return List.of();
        } catch (Rejected rejected) {
            return rejected.problems();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(PluginException.Kind.UNAVAILABLE, "Interrupted while the module was compiled");
        }
    }

    @Override
    public Instance start(Launch launch) throws InterruptedException {
        long began = System.nanoTime();
        Source source;
        Program program;
        try {
            source = Source.of(launch, mostModuleBytes);
            program = programs.load(source, launch);
        } catch (Rejected rejected) {
            throw new PluginException(PluginException.Kind.REJECTED, rejected.getMessage());
        }
        Optional<Guest> first = opened(launch, source, program);
        return new WasmInstance(this, launch, source, program, first, Duration.ofNanos(System.nanoTime() - began));
    }

    /** A guest that is ready for its call: what the module does when it is started, it has done. Empty if it was not kept. */
    private Optional<Guest> opened(Launch launch, Source source, Program program) throws InterruptedException {
        Crossing crossing = new Crossing(lanes);
        Guest guest = new Guest(program, source.file(), room, mostElements, Calling.loading(launch, crossing));
        boolean ready = false;
        try {
            ready = crossing.run(
                    () -> {
                        guest.open();
                        // a thousand instances that wait for their calls would hold what the calls need; and it is
                        // given back before the turn is, so that whoever has a turn finds room
                        boolean kept = room.isAmple();
                        if (!kept) {
                            guest.close();
                        }
                        return kept;
                    },
                    shorter(MOST_OPENING, launch.limits().timeout()));
            return ready ? Optional.of(guest) : Optional.empty();
        } catch (Left left) {
            if (crossing.late()) {
                return Optional.empty(); // its calls open it, in their own time and with their own end
            }
            throw new InterruptedException("Interrupted while " + launch.version() + " was started");
        } catch (Crossing.NoTurn e) {
            throw new PluginException(PluginException.Kind.EXHAUSTED, "There are as many guests as there may be");
        } catch (ExecutionException e) {
            Fault fault = guest.fault(e.getCause());
            if (fault.id().equals(Fault.MEMORY_LIMIT)) {
                return Optional.empty(); // found by its calls too, which tell it as what it is
            }
            throw new PluginException(
                    fault.owner() == Fault.Owner.PLATFORM
                            ? PluginException.Kind.EXHAUSTED
                            : PluginException.Kind.REJECTED,
                    fault.place().map(place -> place + ": ").orElse("") + fault.message());
        } finally {
            if (!ready) {
                guest.close();
            }
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public void close() {
        lanes.close();
    }
}
