package dev.dovetail.executor.custom;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.worker.WorkerExecutor;
import dev.dovetail.worker.WorkerSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Opens the executor of programs that speak the AWS Lambda Runtime API, each in a process of its own. */
public final class CustomExecutorProvider implements ExecutorProvider {
    @Override
    public Name type() {
        return Name.of("custom");
    }

    @Override
    public String schema() {
        return WorkerSettings.SCHEMA;
    }

    @Override
    public List<Runtime> runtimes() {
        return List.of(new Runtime(Custom.RUNTIME, "", "bootstrap.handler", Optional.empty()));
    }

    @Override
    public Trust trust() {
        return Trust.WORKER;
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of();
    }

    @Override
    public Executor open(Config config, Context context) {
        return WorkerExecutor.open(new Custom(), List.of(Custom.SHELL), Map.of(), WorkerSettings.of(config), context);
    }
}
