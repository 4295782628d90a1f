package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Name;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What is shown of a plugin. */
final class Views {
    /** What a version is said to be if several of its generations are several things. */
    private static final List<VersionState> FOREMOST =
            List.of(VersionState.ACTIVE, VersionState.LOADING, VersionState.DRAINING, VersionState.LINGERING);

    private Views() {}

    /** @param decisions tell why a version is not used */
    static PluginView of(
            Name id,
            List<Shelf.Jar> installed,
            Collection<Tenure> tenures,
            Optional<Tenure> active,
            Decisions decisions) {
        List<PluginView.VersionView> versions = installed.stream()
                .map(jar -> version(jar, tenures, decisions.reason(jar.version()), decisions.settled(jar, active)))
                .toList();
        Optional<String> serving = active.map(each -> each.jar().version());
        VersionState state = versions.stream()
                .filter(each -> serving.isEmpty() || serving.get().equals(each.version()))
                .findFirst()
                .map(PluginView.VersionView::state)
                .orElse(VersionState.SHELVED);
        return new PluginView(id, state, serving, versions);
    }

    private static PluginView.VersionView version(
            Shelf.Jar jar, Collection<Tenure> tenures, Optional<String> refused, Optional<String> settled) {
        Optional<Tenure> foremost = tenures.stream()
                .filter(each -> each.jar().version().equals(jar.version()) && FOREMOST.contains(each.state()))
                .min(Comparator.comparing(each -> FOREMOST.indexOf(each.state())));
        VersionState state =
                foremost.map(Tenure::state).orElse(refused.isPresent() ? VersionState.REFUSED : VersionState.SHELVED);
        Optional<String> reason = switch (state) {
            case REFUSED -> refused;
            case LINGERING -> foremost.map(Views::whyItLingers);
            case SHELVED, LOADING, ACTIVE, DRAINING -> Optional.empty();
        };
        return new PluginView.VersionView(jar.version(), jar.digest(), state, reason, settled.isPresent());
    }

    static String whyItLingers(Tenure tenure) {
        List<String> suspects = tenure.afterlife().map(Afterlife::suspects).orElse(List.of());
        return "generation " + tenure.number() + " is unloaded and its class loader is still in memory"
                + (suspects.isEmpty() ? "" : "; it is the context class loader of " + String.join(", ", suspects))
                + (tenure.remarks().isEmpty() ? "" : "; " + String.join("; ", tenure.remarks()));
    }
}
