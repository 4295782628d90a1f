package dev.dovetail.executor.flow;

import dev.dovetail.executor.flow.jq.Budget;
import dev.dovetail.executor.flow.jq.Room;
import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.plugin.ExecutorProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Opens the executor of workflows in the CNCF Serverless Workflow DSL, which run inside the kernel's process: a document
 * reaches nothing but the host, and its expressions are counted and can be stopped.
 */
public final class FlowExecutorProvider implements ExecutorProvider {
    @Override
    public Name type() {
        return Name.of("flow");
    }

    @Override
    public String limitsSchema() {
        try (InputStream in = FlowExecutorProvider.class.getResourceAsStream("limits.json")) {
            if (in == null) {
                throw new IllegalStateException("The plugin's jar lacks limits.json");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Runtime> runtimes() {
        return List.of(new Runtime("serverless-workflow", Code.SUFFIXES.getFirst(), "workflow.main", Optional.empty()));
    }

    @Override
    public Trust trust() {
        return Trust.IN_PROCESS;
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.YIELDS, Ability.DURABLE);
    }

    @Override
    public Executor open(Config config, Context context) {
        return new FlowExecutor(
                context.threads(),
                context.threads(Budget.DEEP_STACK),
                new Room(Room.usual(java.lang.Runtime.getRuntime().maxMemory())));
    }
}
