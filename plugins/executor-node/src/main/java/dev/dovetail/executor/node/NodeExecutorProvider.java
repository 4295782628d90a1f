package dev.dovetail.executor.node;

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

/** Opens the executor of functions for Node, each in a process of its own. */
public final class NodeExecutorProvider implements ExecutorProvider {
    private final Discovered<Nodes> here = new Discovered<>(() -> new Nodes(Surroundings.own()));

    @Override
    public Name type() {
        return Name.of("node");
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
    public List<Runtime> runtimes(Config config) {
        return WorkerSettings.shown(runtimes(), config);
    }

    @Override
    public Trust trust() {
        return Trust.WORKER;
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.CONCURRENT, Ability.DURABLE, Ability.PRESTART, Ability.STREAM_IN, Ability.STREAM_OUT);
    }

    @Override
    public Executor open(Config config, Context context) {
        Nodes nodes = here.get();
        return WorkerExecutor.open(
                new Node(), nodes.interpreters(), nodes.missing(), WorkerSettings.of(config), context);
    }
}
