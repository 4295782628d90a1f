package dev.dovetail.executor.wasm;

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
 * Opens the executor of functions in WebAssembly, which run inside the kernel's process: a module reaches its own memory
 * and what it imports, and nothing else.
 */
public final class WasmExecutorProvider implements ExecutorProvider {
    @Override
    public Name type() {
        return Name.of("wasm");
    }

    @Override
    public String schema() {
        try (InputStream in = WasmExecutorProvider.class.getResourceAsStream("schema.json")) {
            if (in == null) {
                throw new IllegalStateException("The plugin's jar lacks schema.json");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Runtime> runtimes() {
        return List.of(new Runtime("wasm", Source.SUFFIX, "main.handler", Optional.empty()));
    }

    @Override
    public Trust trust() {
        return Trust.IN_PROCESS;
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.CONCURRENT, Ability.STREAM_IN, Ability.STREAM_OUT);
    }

    @Override
    public Executor open(Config config, Context context) {
        return new WasmExecutor(config, context);
    }
}
