package dev.dovetail.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a function as a bundle. */
@Command(
        name = "export",
        description = {
            "Writes a function with its versions, code, aliases and settings as one file, for another server.",
            "Secrets are in it by their names only.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  dovetail export push-digest > push-digest.zip",
            "  dovetail export push-digest --only v3 --to push-digest.zip"
        })
final class Export implements Callable<Integer> {
    private final Screen screen;

    @Mixin
    private Target target = new Target();

    @Parameters(index = "0", paramLabel = "FUNCTION", description = "The function's name.")
    private String function = "";

    @Option(names = "--only", paramLabel = "VERSION", description = "Only this version; may be repeated.")
    private List<String> versions = List.of();

    @Option(names = "--to", paramLabel = "FILE", description = "Where to write it (default: standard output).")
    private Optional<Path> file;

    Export(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        if (file.isEmpty() && screen.terminal()) {
            throw new Main.Unusable("A bundle is no text: lead it into a file with > FILE, or name one with --to FILE");
        }
        String query = versions.stream()
                .map(each -> "version=" + Api.escaped(each))
                .collect(Collectors.joining("&", versions.isEmpty() ? "" : "?", ""));
        byte[] bundle = target.api().download("/api/v1/functions/" + Api.escaped(function) + ":export" + query);
        if (file.isEmpty()) {
            screen.bytes(bundle);
            return 0;
        }
        try {
            Files.write(file.get(), bundle);
        } catch (IOException e) {
            throw new Main.Unusable("Cannot write " + file.get() + ": " + Input.reason(e));
        }
        screen.aside(function + " is in " + file.get());
        return 0;
    }
}
