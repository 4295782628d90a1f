package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.module.NativeModule;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.spi.plugin.NativeModuleProvider;
import dev.dovetail.spi.plugin.Succession;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** A native module as the executor of a runtime of its own, whose handlers are the module's functions. */
final class NativeExecutorProvider implements ExecutorProvider {
    private static final int STACK = 1 << 20;

    private final NativeModuleProvider modules;
    private final Name type;
    private final ConfigCheck check;

    /** Runs the plugin's code. */
    NativeExecutorProvider(NativeModuleProvider modules, ConfigCheck check) {
        this.modules = modules;
        this.check = check;
        Name name = Objects.requireNonNull(modules.type(), modules.getClass().getName() + ".type() is null");
        this.type = Name.find(NativeFunctions.PREFIX + name)
                .orElseThrow(() -> new Refusal("The module type \"" + name + "\" is too long: its runtime would be "
                        + NativeFunctions.PREFIX + name + ", and names have 64 characters at the most"));
    }

    @Override
    public Name type() {
        return type;
    }

    @Override
    public String schema() {
        return modules.schema();
    }

    @Override
    public Succession succession() {
        return modules.succession();
    }

    @Override
    public Executor open(Config config, Context context) throws InterruptedException {
        NativeModule module = Objects.requireNonNull(modules.open(config, context), "open answered null");
        try {
            return new NativeExecutor(type, module, check, context.threads(STACK));
        } catch (RuntimeException e) {
            module.close();
            throw e;
        }
    }

    /** Which function it is has to be said. */
    @Override
    public List<Runtime> runtimes() {
        return List.of(new Runtime(type.text(), "", "", Optional.empty()));
    }

    @Override
    public Trust trust() {
        return Trust.IN_PROCESS;
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.DURABLE, Ability.STREAM_IN, Ability.STREAM_OUT);
    }
}
