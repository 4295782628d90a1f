package dev.dovetail.spi.module;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import java.util.List;
import java.util.Set;

/**
 * Functions written in Java inside a plugin, called like any other: same pipeline, contract, rights and journal.
 * Thread-safe. For an operator's own code: it runs inside the kernel's process.
 */
public interface NativeModule extends AutoCloseable {
    /** What is not declared here is refused. The same at every call. */
    List<NativeFunction> functions();

    Outcome call(Name function, Invocation invocation, Host host);

    @Override
    void close();

    /**
     * A function of a module.
     *
     * @param contract a JSON object with {@code params}, {@code returns} and {@code errors}
     * @param capabilities what it asks of the host, by name
     */
    record NativeFunction(Name name, String contract, Set<String> capabilities) {
        public NativeFunction {
            capabilities = Set.copyOf(capabilities);
        }
    }
}
