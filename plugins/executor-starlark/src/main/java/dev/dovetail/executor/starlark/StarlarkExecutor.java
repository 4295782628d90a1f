package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.eval.Backend;
import dev.dovetail.executor.starlark.eval.Program;
import dev.dovetail.executor.starlark.host.Calling;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Halt;
import dev.dovetail.executor.starlark.value.Room;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.executor.Problem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/** Runs functions in Starlark on the threads of its callers, but for steps that run at once. */
final class StarlarkExecutor implements Executor {
    private final Backend backend;
    private final ThreadFactory threads;
    private final Room room;
    private final Shelf shelf = new Shelf();

    /**
     * @param backend what makes code quick; closed with the executor
     * @param threads for steps that run at once; virtual ones will do
     * @param room what all its calls may hold together
     */
    StarlarkExecutor(Backend backend, ThreadFactory threads, Room room) {
        this.room = room;
        this.backend = backend;
        this.threads = threads;
    }

    @Override
    public List<Problem> inspect(Launch launch) {
        return Script.read(launch, shelf, backend).problems();
    }

    @Override
    public Instance start(Launch launch) throws InterruptedException {
        Script script = Script.read(launch, shelf, backend);
        if (script.program().isEmpty()) {
            throw new PluginException(PluginException.Kind.REJECTED, script.complaint());
        }
        Run run = Budget.of(launch.limits()).run(Calling.loading(launch), room);
        boolean fine = false;
        try {
            Program.Module module = load(launch, script.program().get(), run);
            fine = true;
            return new StarlarkInstance(launch, module, script, threads, run, room);
        } catch (Halt halt) {
            return new Spent(Faults.limit(
                    halt, launch.limits(), new Outcome.Usage(Duration.ZERO, run.bytesUsed(), run.stepsUsed(), true)));
        } catch (OutOfMemoryError full) {
            throw new PluginException(
                    PluginException.Kind.EXHAUSTED, "No memory is left on this node to load " + launch.version());
        } finally {
            if (!fine) {
                run.end();
            }
        }
    }

    /** @throws Halt if it needs more memory than it may, which its calls tell as what it is */
    private static Program.Module load(Launch launch, Program program, Run run) throws InterruptedException {
        try {
            return program.load(run);
        } catch (Failure failure) {
            throw new PluginException(
                    PluginException.Kind.REJECTED,
                    Faults.place(failure).map(place -> place + ": ").orElse("") + failure.getMessage());
        } catch (Halt halt) {
            if (halt.reason() == Halt.Reason.STOPPED) {
                throw new InterruptedException("Interrupted while " + launch.version() + " was loaded");
            }
            if (halt.reason() == Halt.Reason.MEMORY) {
                throw halt;
            }
            throw new PluginException(
                    halt.reason() == Halt.Reason.CROWDED
                            ? PluginException.Kind.EXHAUSTED
                            : PluginException.Kind.REJECTED,
                    "While the file was loaded: " + halt.getMessage());
        }
    }

    @Override
    public void close() {
        backend.close();
    }
}
