package dev.dovetail.executor.custom;

import dev.dovetail.executor.custom.lambda.Reach;
import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.worker.WorkerExecutor;
import dev.dovetail.worker.WorkerSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The same rules where nobody may enter the program's network, and a process beside it passes on what it says. */
@Needs({Need.BASH, Need.CURL, Need.BUBBLEWRAP, Need.PERL})
final class CustomForwardedTest extends CustomExecutorTest {
    @Override
    public Map<String, Object> config() {
        return Map.of();
    }

    @Override
    public ExecutorProvider provider() {
        CustomExecutorProvider usual = new CustomExecutorProvider();
        return new ExecutorProvider() {
            @Override
            public Name type() {
                return usual.type();
            }

            @Override
            public String schema() {
                return usual.schema();
            }

            @Override
            public List<Runtime> runtimes() {
                return usual.runtimes();
            }

            @Override
            public Trust trust() {
                return usual.trust();
            }

            @Override
            public Set<Ability> abilities() {
                return usual.abilities();
            }

            @Override
            public Executor open(Config config, Context context) {
                return WorkerExecutor.open(
                        new Custom(Reach.FORWARDER),
                        List.of(Custom.SHELL),
                        Map.of(),
                        WorkerSettings.of(config),
                        context);
            }
        };
    }
}
