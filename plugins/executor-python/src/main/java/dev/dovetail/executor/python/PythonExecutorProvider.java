package dev.dovetail.executor.python;

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

/** Opens the executor of functions in Python, each in a process of its own. */
public final class PythonExecutorProvider implements ExecutorProvider {
    private static final String SCHEMA = WorkerSettings.SCHEMA.replaceFirst("\"properties\": \\{", """
            "properties": {
                "fork-servers": {
                  "description": "Of how many versions one process is kept that has loaded the code and of which instances are forked, which takes a few milliseconds whatever they import. They share /tmp, a user and what the code made while it was loaded; each such process may take a version's memory once more. 0 starts each instance by itself",
                  "type": "integer",
                  "minimum": 0,
                  "maximum": 1000,
                  "default": 0
                },
                "fork-servers-kept": {
                  "description": "How long such a process is kept while no instance lives that was made of it, as ISO-8601 duration",
                  "type": "string",
                  "default": "PT10M"
                },""");

    private final Discovered<Pythons> here = new Discovered<>(() -> new Pythons(Surroundings.own()));

    @Override
    public Name type() {
        return Name.of("python");
    }

    @Override
    public String schema() {
        return SCHEMA;
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
        return Set.of(Ability.DURABLE, Ability.PRESTART, Ability.STREAM_IN, Ability.STREAM_OUT);
    }

    @Override
    public Executor open(Config config, Context context) {
        Pythons pythons = here.get();
        return WorkerExecutor.open(
                new Python((int) config.number("fork-servers"), config.duration("fork-servers-kept")),
                pythons.interpreters(),
                pythons.missing(),
                WorkerSettings.of(config),
                context);
    }
}
