package dev.dovetail.executor.custom;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.worker.Discovered;
import dev.dovetail.worker.Surroundings;
import dev.dovetail.worker.WorkerExecutor;
import dev.dovetail.worker.WorkerSettings;
import java.util.List;
import java.util.Set;

/** Opens the executor of functions in Ruby, each in a process of its own. */
public final class RubyExecutorProvider implements ExecutorProvider {
    private final Discovered<Rubies> here = new Discovered<>(() -> new Rubies(Surroundings.own()));

    @Override
    public Name type() {
        return Name.of("ruby");
    }

    @Override
    public String schema() {
        return WorkerSettings.SCHEMA;
    }

    @Override
    public List<Runtime> runtimes() {
        return here.get().runtimes();
    }

    @Override
    public Trust trust() {
        return Trust.WORKER;
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.PRESTART);
    }

    @Override
    public Executor open(Config config, Context context) {
        Rubies rubies = here.get();
        return WorkerExecutor.open(
                new Ruby(), rubies.interpreters(), rubies.missing(), WorkerSettings.of(config), context);
    }
}
