package dev.dovetail.executor.python;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.worker.Surroundings;
import dev.dovetail.worker.WorkerExecutor;
import dev.dovetail.worker.WorkerSettings;
import java.util.List;
import java.util.Set;

/** Opens the executor of functions in Python, each in a process of its own. */
public final class PythonExecutorProvider implements ExecutorProvider {
    @Override
    public Name type() {
        return Name.of("python");
    }

    @Override
    public String schema() {
        return WorkerSettings.SCHEMA;
    }

    @Override
    public List<Runtime> runtimes() {
        return new Pythons(Surroundings.own()).runtimes();
    }

    @Override
    public List<Runtime> runtimes(Config config) {
        return WorkerSettings.shown(runtimes(), config);
    }

    @Override
    public Trust trust() {
        return Trust.WORKER;
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.DURABLE, Ability.PRESTART, Ability.STREAM_IN, Ability.STREAM_OUT);
    }

    @Override
    public Executor open(Config config, Context context) {
        Pythons pythons = new Pythons(Surroundings.own());
        return WorkerExecutor.open(
                new Python(), pythons.interpreters(), pythons.missing(), WorkerSettings.of(config), context);
    }
}
