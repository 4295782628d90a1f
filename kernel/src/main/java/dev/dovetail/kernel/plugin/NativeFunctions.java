package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.module.NativeModule.NativeFunction;
import java.util.List;
import java.util.Optional;

/** What a native module's executor can do besides: answer what functions there are, and call one that is not deployed. */
public interface NativeFunctions {
    /** The runtime, and the slot, of a module is its type after this. */
    String PREFIX = "native-";

    /** By their names. */
    List<NativeFunction> functions();

    Optional<NativeFunction> find(String name);

    /**
     * Calls a function; whatever the module throws is an outcome.
     *
     * @param function one of {@link #functions}
     * @throws InterruptedException if the caller was interrupted; the module was, too, and has had a second to end
     */
    Outcome call(Name function, Invocation invocation, Host host) throws InterruptedException;
}
