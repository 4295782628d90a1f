package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.eval.Program;
import dev.dovetail.executor.starlark.host.Calling;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Halt;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Problem;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/** Runs functions in Starlark on the threads of its callers, but for steps that run at once. Keeps nothing of its own. */
final class StarlarkExecutor implements Executor {
    private final ThreadFactory threads;

    /** @param threads for steps that run at once; virtual ones will do */
    StarlarkExecutor(ThreadFactory threads) {
        this.threads = threads;
    }

    @Override
    public List<Problem> inspect(Launch launch) {
        return Script.read(launch).problems();
    }

    @Override
    public Instance start(Launch launch) throws InterruptedException {
        Script script = Script.read(launch);
        if (script.program().isEmpty()) {
            throw new PluginException(PluginException.Kind.REJECTED, script.complaint());
        }
        Program.Module module = load(launch, script.program().get());
        return new StarlarkInstance(launch, module, script.function(), threads);
    }

    private static Program.Module load(Launch launch, Program program) throws InterruptedException {
        Run run = Budget.of(launch.limits()).run(Calling.loading(launch));
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
            throw new PluginException(PluginException.Kind.REJECTED, "While the file was loaded: " + halt.getMessage());
        }
    }

    @Override
    public void close() {}
}
