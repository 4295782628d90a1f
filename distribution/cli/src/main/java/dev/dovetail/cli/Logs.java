package dev.dovetail.cli;

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
            description = "At most so many lines (default: ${DEFAULT-VALUE}).")
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
            Listing.items(api, path, Map.of(), limit).forEach(this::show);
        }
        return 0;
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
