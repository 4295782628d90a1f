package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import java.util.List;
import java.util.Optional;

/**
 * A plugin as it stands.
 *
 * @param state of the active version, or of the newest if none is
 * @param active the version that serves
 * @param versions the newest first
 */
public record PluginView(Name id, VersionState state, Optional<String> active, List<VersionView> versions) {
    public PluginView {
        versions = List.copyOf(versions);
    }

    /**
     * An installed version.
     *
     * @param reason why it is refused or lingers
     * @param settled whether it was refused for something that has not changed since, so that trying it again cannot help
     */
    public record VersionView(
            String version, Digest sha256, VersionState state, Optional<String> reason, boolean settled) {}
}
