package dev.dovetail.executor.java;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.worker.Discovered;
import dev.dovetail.worker.WorkerExecutor;
import dev.dovetail.worker.WorkerSettings;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Opens the executor of functions in Java, each in a JVM of its own. */
public final class JavaExecutorProvider implements ExecutorProvider {
    private static final String SCHEMA = WorkerSettings.SCHEMA.replaceFirst("\"properties\": \\{", """
            "properties": {
                "archives": {
                  "description": "Whether what every worker loads is kept for the next ones, once for each version of Java, which takes two seconds of a processor and makes starts twice as fast",
                  "type": "boolean",
                  "default": true
                },""");

    private final Discovered<Jdks> here = new Discovered<>(Jdks::here);

    @Override
    public Name type() {
        return Name.of("java");
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
    public Trust trust() {
        return Trust.WORKER;
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.CONCURRENT, Ability.DURABLE, Ability.PRESTART, Ability.STREAM_IN, Ability.STREAM_OUT);
    }

    @Override
    public Executor open(Config config, Context context) {
        Jdks jdks = here.get();
        try {
            Archives archives = Archives.open(context, config.flag("archives"));
            WorkerExecutor workers = WorkerExecutor.open(
                    new Java(archives, new Shelf(context)),
                    jdks.interpreters(),
                    jdks.missing(),
                    WorkerSettings.of(config),
                    context);
            return new JavaExecutor(workers, archives);
        } catch (IOException e) {
            throw new PluginException(
                    PluginException.Kind.UNAVAILABLE, "The worker's files could not be made: " + e.getMessage(), e);
        }
    }
}
