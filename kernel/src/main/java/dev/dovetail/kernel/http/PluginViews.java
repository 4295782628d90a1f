package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.fleet.Fleet;
import dev.dovetail.kernel.fleet.Standing;
import dev.dovetail.kernel.plugin.PluginView;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Plugins as they are named in paths and shown. */
record PluginViews(Plugins plugins, Fleet fleet, Schemas schemas) {
    ObjectNode view(PluginView plugin) {
        ObjectNode json = schemas.object()
                .put("id", plugin.id().text())
                .put("state", plugin.state().word());
        plugin.active().ifPresent(active -> json.put("active", active));
        ArrayNode versions = json.putArray("versions");
        for (PluginView.VersionView each : plugin.versions()) {
            ObjectNode version = versions.addObject()
                    .put("version", each.version())
                    .put("sha256", each.sha256().hex())
                    .put("state", each.state().word());
            each.reason().ifPresent(reason -> version.put("reason", reason));
        }
        return json;
    }

    /** The same, with where each node is, if anything was decided about it for all of them. */
    ObjectNode whole(PluginView plugin) throws InterruptedException {
        ObjectNode json = view(plugin);
        List<Standing> nodes = fleet.nodes(plugin.id());
        if (!nodes.isEmpty()) {
            ArrayNode all = json.putArray("nodes");
            for (Standing each : nodes) {
                ObjectNode node = all.addObject().put("node", each.node());
                each.version().ifPresent(version -> node.put("active", version));
                node.put("current", each.current());
                each.reason().ifPresent(reason -> node.put("reason", reason));
            }
        }
        return json;
    }

    Name id(Exchange x) {
        return Name.find(x.parameter("id")).orElseThrow(() -> unknown(x.parameter("id")));
    }

    Refusal unknown(String id) {
        return Refusal.of(
                ErrorType.NOT_FOUND,
                "There is no plugin \"" + id + "\"; there are "
                        + plugins.list().stream()
                                .map(each -> each.id().text())
                                .sorted()
                                .toList());
    }

    PluginView require(Exchange x) {
        return plugins.find(id(x)).orElseThrow(() -> unknown(x.parameter("id")));
    }

    static PluginView.VersionView versionOf(PluginView plugin, String version) {
        return plugin.versions().stream()
                .filter(each -> each.version().equals(version))
                .findFirst()
                .orElseThrow(() -> Refusal.of(
                        ErrorType.NOT_FOUND,
                        "No version " + version + " of " + plugin.id() + " is installed; there are "
                                + plugin.versions().stream()
                                        .map(PluginView.VersionView::version)
                                        .toList()));
    }
}
