package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.plugin.NativeFunctions;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.RuntimeOffer;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.module.NativeModule.NativeFunction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a version of a native function is made from: its module has the code and the contract. */
final class Natives {
    private final Plugins plugins;

    Natives(Plugins plugins) {
        this.plugins = plugins;
    }

    /**
     * The function that is to be deployed.
     *
     * @throws Refusal if there is no such function, or the order brings what its module has already
     */
    NativeFunction require(Deploys.Order order, String handler, RuntimeOffer offer) throws InterruptedException {
        if (order.archive().isPresent() || order.body().has("code")) {
            throw Refusal.field(
                    ErrorType.VALIDATION, "/code", "expected none: " + offer.plugin() + " has it", "some code");
        }
        if (order.body().has("contract")) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/contract",
                    "expected none: a native function's contract is the one that " + offer.plugin() + " declares",
                    "a contract");
        }
        if (order.body().at("/traits/isolation").isString()) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/traits/isolation",
                    "expected none: native functions run inside the kernel's process",
                    order.body().at("/traits/isolation").toString());
        }
        List<NativeFunction> all = functions(offer);
        Optional<NativeFunction> found =
                all.stream().filter(each -> each.name().text().equals(handler)).findFirst();
        return found.orElseThrow(() -> Refusal.field(
                ErrorType.VALIDATION,
                "/handler",
                "expected one of the functions of " + offer.plugin() + ": "
                        + all.stream().map(NativeFunction::name).toList(),
                handler.isEmpty() ? "nothing" : "\"" + handler + "\""));
    }

    /** What a version keeps as its code: it changes when what the module promises does. */
    static byte[] archive(NativeFunction function) {
        return Archive.of(function.name() + ".json", function.contract().getBytes(StandardCharsets.UTF_8));
    }

    /** Those that serve now, by their names. */
    List<Module> all() throws InterruptedException {
        List<Module> modules = new ArrayList<>();
        for (RuntimeOffer each : plugins.runtimes()) {
            if (each.isNative()) {
                modules.add(new Module(each, functions(each)));
            }
        }
        modules.sort(Comparator.comparing(each -> each.offer().runtime()));
        return List.copyOf(modules);
    }

    private List<NativeFunction> functions(RuntimeOffer offer) throws InterruptedException {
        return plugins.findExecutor(offer.slot())
                .orElseThrow(() ->
                        Refusal.of(ErrorType.UNAVAILABLE, "The module \"" + offer.slot() + "\" is not there any more"))
                .use(Natives::declared);
    }

    private static List<NativeFunction> declared(Executor executor) {
        return ((NativeFunctions) executor).functions();
    }
}
