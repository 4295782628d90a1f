package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.plugin.ExecutorProvider.Ability;
import dev.dovetail.spi.plugin.ExecutorProvider.ControlAction;
import dev.dovetail.spi.plugin.ExecutorProvider.Dialects;
import dev.dovetail.spi.plugin.ExecutorProvider.Trust;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A runtime that functions may ask for, and who runs it.
 *
 * @param runtime such as {@code python3.11}
 * @param suffix what the name of a source file ends with
 * @param handler of a function that names none
 * @param missing what has to be installed first, in words for an operator; empty if it is there
 * @param slot of the executor
 * @param isNative whether its functions are in the plugin itself, which can reach whatever the kernel can
 * @param limitsSchema of the limits that only this executor has
 * @param controls what only this executor can do to a call that runs
 * @param plugin such as {@code executor-python 1.2.0}
 */
public record RuntimeOffer(
        String runtime,
        String suffix,
        String handler,
        Optional<String> missing,
        Name slot,
        Trust trust,
        boolean isNative,
        Set<Ability> abilities,
        Dialects dialects,
        String limitsSchema,
        List<ControlAction> controls,
        String plugin) {
    public RuntimeOffer {
        abilities = Set.copyOf(abilities);
        controls = List.copyOf(controls);
    }
}
