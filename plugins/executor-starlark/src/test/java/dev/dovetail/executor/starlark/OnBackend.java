package dev.dovetail.executor.starlark;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.plugin.ExecutorProvider;
import java.util.List;
import java.util.Set;

/** The provider, whose executors run everything on the backend that is tested, from the first call on. */
record OnBackend(ExecutorProvider real) implements ExecutorProvider {
    @Override
    public Name type() {
        return real.type();
    }

    @Override
    public String schema() {
        return real.schema();
    }

    @Override
    public String limitsSchema() {
        return real.limitsSchema();
    }

    @Override
    public List<Runtime> runtimes() {
        return real.runtimes();
    }

    @Override
    public Trust trust() {
        return real.trust();
    }

    @Override
    public Set<Ability> abilities() {
        return real.abilities();
    }

    @Override
    public Executor open(Config config, Context context) {
        return Scripts.executor();
    }
}
