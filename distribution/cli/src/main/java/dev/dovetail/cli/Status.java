package dev.dovetail.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Shows how a server is. */
@Command(
        name = "status",
        description = {"Shows whether the server is well, and what is plugged into it.", ""},
        footer = {"", "Ends with 0 if it is well, and with 1 if something is in the way, which it names."})
final class Status implements Callable<Integer> {
    private final Screen screen;

    @Mixin
    private Target target = new Target();

    Status(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Api api = target.api();
        JsonNode health;
        try {
            health = api.get("/health");
        } catch (Refused unwell) {
            // a server that is not ready says so with a status of its own
            health = unwell.problem();
        }
        String state = health.path("status").asString("unknown");
        boolean well =
                List.of("up", "ok", "pass", "healthy", "ready").contains(state.toLowerCase(java.util.Locale.ROOT));
        List<JsonNode> plugins =
                Listing.items(api, "/api/v1/plugins", Map.of(), 1_000).all();
        if (target.json()) {
            ObjectNode all =
                    Screen.JSON.createObjectNode().put("server", api.server().toString());
            all.set("health", health);
            all.putArray("plugins").addAll(plugins);
            screen.json(all);
            return well ? 0 : 1;
        }
        screen.line(api.server() + "  " + screen.ink(well ? Screen.Ink.GREEN : Screen.Ink.RED, Screen.plain(state)));
        health.path("troubles")
                .properties()
                .forEach(trouble -> screen.line("  " + Screen.plain(trouble.getKey()) + ": "
                        + Screen.plain(trouble.getValue().asString())));
        Plugins.show(screen, new Listing(screen, false), plugins);
        return well ? 0 : 1;
    }
}
