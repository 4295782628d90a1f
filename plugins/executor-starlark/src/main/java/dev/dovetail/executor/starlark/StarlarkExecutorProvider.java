package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.bytecode.Forge;
import dev.dovetail.executor.starlark.eval.Backend;
import dev.dovetail.executor.starlark.value.Room;
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

/** Opens the executor of functions in Starlark, which run inside the kernel's process: the language reaches nothing else. */
public final class StarlarkExecutorProvider implements ExecutorProvider {
    private static final long KERNELS_OWN = 64 << 20;
    static final String SUFFIX = ".star";

    @Override
    public Name type() {
        return Name.of("starlark");
    }

    @Override
    public String schema() {
        return read("schema.json");
    }

    @Override
    public String limitsSchema() {
        return read("limits.json");
    }

    private static String read(String resource) {
        try (InputStream in = StarlarkExecutorProvider.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("The plugin's jar lacks " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Runtime> runtimes() {
        return List.of(new Runtime("starlark", SUFFIX, "main.main", Optional.empty()));
    }

    @Override
    public Trust trust() {
        return Trust.IN_PROCESS;
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.YIELDS, Ability.DURABLE, Ability.DEBUG, Ability.STREAM_IN, Ability.STREAM_OUT);
    }

    @Override
    public List<ControlAction> controlActions() {
        return Actions.ALL;
    }

    @Override
    public Executor open(Config config, Context context) {
        Backend backend = config.text("backend").equals("walker") ? Backend.WALKER : new Forge(context);
        return new StarlarkExecutor(backend, context.threads(), new Room(roomOf(config)));
    }

    private static long roomOf(Config config) {
        return config.has("memory-mb")
                ? config.number("memory-mb") << 20
                : usual(java.lang.Runtime.getRuntime().maxMemory());
    }

    /** Half of what the heap has beyond what the kernel itself needs, and of a tiny one an eighth. */
    static long usual(long heap) {
        return Math.max(heap / 8, (heap - KERNELS_OWN) / 2);
    }
}
