package dev.dovetail.kernel.plugin;

import static java.util.Objects.requireNonNull;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.spi.plugin.NativeModuleProvider;
import dev.dovetail.spi.plugin.Provider;
import dev.dovetail.spi.plugin.Succession;
import dev.dovetail.spi.plugin.TriggerProvider;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A provider and what it says of itself, asked once.
 *
 * @param runs what an executor runs; empty for other kinds
 * @param subscriptionSchema of a trigger; empty text for other kinds
 */
record Contribution<T extends AutoCloseable>(
        Provider<T> provider,
        Kind kind,
        Name type,
        String schema,
        Succession succession,
        Optional<Runs> runs,
        String subscriptionSchema) {
    /** What an executor says beforehand, in values of the kernel's own. */
    record Runs(
            List<ExecutorProvider.Runtime> runtimes,
            ExecutorProvider.Trust trust,
            Set<ExecutorProvider.Ability> abilities,
            ExecutorProvider.Dialects dialects,
            String limitsSchema,
            List<ExecutorProvider.ControlAction> controls) {}

    /**
     * Runs the plugin's code: to be called across the boundary. A native module is an executor from here on.
     *
     * @param check of what a module says when it is opened
     */
    static Contribution<?> of(Provider<?> provider, ConfigCheck check) {
        return provider instanceof NativeModuleProvider modules
                ? asked(new NativeExecutorProvider(modules, check))
                : asked(provider);
    }

    private static <T extends AutoCloseable> Contribution<T> asked(Provider<T> provider) {
        String maker = provider.getClass().getName();
        return new Contribution<>(
                provider,
                Kind.of(provider),
                requireNonNull(provider.type(), maker + ".type() is null"),
                requireNonNull(provider.schema(), maker + ".schema() is null"),
                requireNonNull(provider.succession(), maker + ".succession() is null"),
                provider instanceof ExecutorProvider executor ? Optional.of(runs(executor, maker)) : Optional.empty(),
                provider instanceof TriggerProvider trigger
                        ? requireNonNull(trigger.subscriptionSchema(), maker + ".subscriptionSchema() is null")
                        : "");
    }

    /** @throws Refusal if what a plugin provides does not go together, or is nothing */
    static void check(Manifest plugin, List<Contribution<?>> all) {
        Set<Slots.Type> seen = new HashSet<>();
        for (Contribution<?> each : all) {
            if (!seen.add(new Slots.Type(each.kind(), each.type()))) {
                throw new Refusal(
                        plugin + " provides the " + each.kind().word() + " type \"" + each.type() + "\" twice");
            }
        }
        if (all.isEmpty()) {
            throw new Refusal(plugin + " names no provider whose class is in its jar");
        }
        if (all.size() > 1 && all.stream().anyMatch(Contribution::handsOver)) {
            throw new Refusal(plugin + " has a provider that hands over beside others; it must be the only one");
        }
    }

    private static Runs runs(ExecutorProvider executor, String maker) {
        List<ExecutorProvider.Runtime> runtimes = List.copyOf(executor.runtimes());
        if (runtimes.isEmpty()) {
            throw new IllegalStateException(maker + ".runtimes() is empty; an executor runs something");
        }
        return new Runs(
                runtimes,
                requireNonNull(executor.trust(), maker + ".trust() is null"),
                Set.copyOf(executor.abilities()),
                requireNonNull(executor.dialects(), maker + ".dialects() is null"),
                requireNonNull(executor.limitsSchema(), maker + ".limitsSchema() is null"),
                List.copyOf(executor.controlActions()));
    }

    /** What an executor runs under this configuration; nothing for other kinds. */
    List<ExecutorProvider.Runtime> runtimes(ClassLoader loader, Config config) throws InterruptedException {
        if (!(provider instanceof ExecutorProvider executor)) {
            return List.of();
        }
        return Boundary.cross(loader, it -> List.copyOf(it.runtimes(config)), executor);
    }

    /** The replay semantics that its services can carry on. */
    Set<Integer> dialects() {
        return runs.map(each -> each.dialects().reads()).orElse(Set.of());
    }

    /** Whether what it runs is in the plugin itself. */
    boolean isNative() {
        return provider instanceof NativeExecutorProvider;
    }

    boolean handsOver() {
        return succession == Succession.HANDOVER;
    }
}
