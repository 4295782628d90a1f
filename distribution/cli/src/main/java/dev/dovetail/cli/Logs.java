package dev.dovetail.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Shows what functions logged. */
@Command(
        name = "logs",
        description = {"Shows what a function, or one execution, has logged.", ""},
        footer = {
            "",
            "Examples:",
            "  dovetail logs push-digest --follow",
            "  dovetail logs 0199d5c0-1c3e-7a52-8f40-7d8f5e0a4b11"
        })
final class Logs implements Callable<Integer> {
    private static final String CALL = "executionId";

    private final Screen screen;

    @Mixin
    private Target target = new Target();

    @Parameters(
            index = "0",
            paramLabel = "FUNCTION|EXECUTION",
            description = "A function's name, or an execution's id.")
    private String of = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Goes on with what is logged from now on, until interrupted.")
    private boolean follow;

    @Option(
            names = "--limit",
            defaultValue = "100",
            paramLabel = "N",
            description = "At most so many lines, the newest (default: ${DEFAULT-VALUE}).")
    private int limit;

    Logs(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        boolean execution = of.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        String path = (execution ? "/api/v1/executions/" : "/api/v1/functions/") + Api.escaped(of) + "/logs";
        Api api = target.api();
        if (follow) {
            api.follow(path + "?follow=true", this::show);
        } else {
            last(api, path).forEach(this::show);
        }
        return 0;
    }

    /** The newest lines, the newest last: the server lists the newest call first, and the lines of each in their order. */
    private List<JsonNode> last(Api api, String path) {
        List<JsonNode> lines = new ArrayList<>();
        int begun = 0; // where the lines of the newest call that is not in order yet are to go
        for (JsonNode line : all(api, path)) {
            boolean next = !lines.isEmpty()
                    && !Listing.text(lines.get(begun - 1), CALL).equals(Listing.text(line, CALL));
            begun = next ? 0 : begun;
            lines.add(begun++, line);
        }
        return lines.subList(Math.max(0, lines.size() - limit), lines.size());
    }

    /** So many lines, and the rest of their pages: a page ends with a call. */
    private List<JsonNode> all(Api api, String path) {
        List<JsonNode> lines = new ArrayList<>();
        Listing.items(api, path, Map.of(), limit, page -> page.path("items").forEach(lines::add));
        return lines;
    }

    private void show(JsonNode line) {
        if (target.json()) {
            screen.line(Screen.JSON.writeValueAsString(line));
            return;
        }
        String level = Listing.text(line, "level");
        Screen.Ink ink = switch (level.toLowerCase(java.util.Locale.ROOT)) {
            case "error", "critical" -> Screen.Ink.RED;
            case "warn", "warning" -> Screen.Ink.YELLOW;
            default -> Screen.Ink.FAINT;
        };
        String version = Listing.text(line, "version");
        screen.line(screen.ink(Screen.Ink.FAINT, Listing.text(line, "timestamp")) + " " + screen.ink(ink, level) + " "
                + (version.isEmpty() ? "" : "v" + version + " ") + Listing.text(line, "message")
                + (line.has("fields") ? " " + Screen.plain(line.path("fields").toString()) : ""));
    }
}
