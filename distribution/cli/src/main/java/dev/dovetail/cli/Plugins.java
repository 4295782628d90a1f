package dev.dovetail.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists plugins, shows one, brings a new version, or makes a version serve. */
@Command(
        name = "plugins",
        description = {"Lists the plugins, or shows, adds, activates or rolls back one. Nothing stops meanwhile.", ""},
        footer = {
            "",
            "Examples:",
            "  dovetail plugins",
            "  dovetail plugins --upload executor-starlark-0.2.0.jar",
            "  dovetail plugins executor-starlark --activate 0.2.0",
            "  dovetail plugins executor-starlark --generations"
        })
final class Plugins implements Callable<Integer> {
    private final Screen screen;

    @Mixin
    private Target target = new Target();

    @Parameters(index = "0", arity = "0..1", paramLabel = "PLUGIN", description = "Only this one.")
    private Optional<String> plugin;

    @Option(names = "--upload", paramLabel = "JAR", description = "Adds this version. It serves once it is activated.")
    private Optional<Path> upload;

    @Option(names = "--activate", paramLabel = "VERSION", description = "Makes this version, older or newer, serve.")
    private Optional<String> activate;

    @Option(names = "--rollback", description = "Makes the version before this one serve again.")
    private boolean rollback;

    @Option(names = "--generations", description = "Which copies are loaded, and which still have calls.")
    private boolean generations;

    Plugins(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Listing listing = new Listing(screen, target.json());
        Api api = target.api();
        Together.of("--upload", upload.isPresent())
                .or("--activate", activate.isPresent())
                .or("--rollback", rollback)
                .or("--generations", generations)
                .onlyOne();
        if (upload.isPresent()) {
            listing.show(api.upload("/api/v1/plugins", Input.bytes(upload.get()), "application/java-archive"));
            return 0;
        }
        if (plugin.isEmpty()) {
            if (activate.isPresent() || rollback || generations) {
                throw new Main.Unusable("Say which plugin is meant");
            }
            list(listing, api);
            return 0;
        }
        String path = "/api/v1/plugins/" + Api.escaped(plugin.get());
        if (activate.isPresent()) {
            listing.show(
                    api.post(path + ":activate", Screen.JSON.createObjectNode().put("version", activate.get())));
        } else if (rollback) {
            listing.show(api.post(path + ":rollback", Screen.JSON.createObjectNode()));
        } else if (generations) {
            listing.show(
                    Listing.items(api, path + "/generations", Map.of(), 1_000),
                    plugin.get() + " has no generations",
                    List.of(
                            Listing.Column.of("GENERATION", "generation"),
                            Listing.Column.of("VERSION", "version"),
                            Listing.Column.of("STATE", "state"),
                            Listing.Column.of("LEASES", "leases"),
                            Listing.Column.of("CALLS", "calls"),
                            Listing.Column.of("FAILURES", "failures"),
                            Listing.Column.of("SINCE", "since")));
        } else {
            listing.show(api.get(path));
        }
        return 0;
    }

    /** The plugins, and the files in the operator's folder that were not taken, with the reasons. */
    private void list(Listing listing, Api api) {
        List<JsonNode> refused = new ArrayList<>();
        List<JsonNode> plugins = Listing.items(
                        api,
                        "/api/v1/plugins",
                        Map.of(),
                        1_000,
                        page -> page.path("refusedFiles").forEach(refused::add))
                .all();
        if (target.json()) {
            ObjectNode all = Listing.asJson(plugins);
            all.putArray("refusedFiles").addAll(refused);
            screen.json(all);
            return;
        }
        show(screen, listing, plugins);
        for (JsonNode file : refused) {
            screen.aside(screen.ink(Screen.Ink.YELLOW, "not taken: ") + Listing.text(file, "file") + ": "
                    + Listing.text(file, "reason"));
        }
    }

    static void show(Screen screen, Listing listing, List<JsonNode> plugins) {
        listing.show(
                plugins,
                "There are no plugins",
                List.of(
                        Listing.Column.of("PLUGIN", "id"),
                        Listing.Column.of("STATE", "state"),
                        Listing.Column.of("ACTIVE", "active"),
                        new Listing.Column("VERSIONS", Plugins::versions)));
    }

    private static String versions(JsonNode plugin) {
        return StreamSupport.stream(plugin.path("versions").spliterator(), false)
                .map(each -> Listing.text(each, "version") + " " + Listing.text(each, "state")
                        + (each.has("reason") ? " (" + Listing.text(each, "reason") + ")" : ""))
                .collect(Collectors.joining(", "));
    }
}
