package dev.dovetail.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Makes a function of a bundle. */
@Command(
        name = "import",
        description = {"Makes a function of what export wrote, all of it or nothing.", ""},
        footer = {
            "",
            "Examples:",
            "  dovetail import push-digest.zip --dry-run",
            "  dovetail import push-digest.zip --replace         adds its versions to the function that is there"
        })
final class Import implements Callable<Integer> {
    private final Screen screen;

    @Mixin
    private Target target = new Target();

    @Parameters(index = "0", paramLabel = "FILE", description = "The bundle.")
    private Path file = Path.of("");

    @Option(
            names = "--replace",
            description = "If the function is there: add the versions to it, move its aliases, take the settings over.")
    private boolean replace;

    @Option(names = "--dry-run", description = "Check everything, and change nothing.")
    private boolean dryRun;

    Import(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        String query = "?replace=" + replace + "&dryRun=" + dryRun;
        JsonNode made = target.api().upload("/api/v1/functions:import" + query, Input.bytes(file), "application/zip");
        if (target.json()) {
            screen.json(made);
            return 0;
        }
        Deploy.warn(screen, made);
        screen.line(Listing.text(made, "name") + " " + (dryRun ? "would be here" : "is here") + ": versions "
                + made.path("versions") + ", aliases " + made.path("aliases"));
        return 0;
    }
}
