package dev.dovetail.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows what is used beside what may be. */
@Command(
        name = "usage",
        description = {"Shows what is used, beside what may be.", ""},
        footer = {"", "Examples:", "  dovetail usage", "  dovetail usage --json"})
final class Usage implements Callable<Integer> {
    private final Screen screen;

    @Mixin
    private Target target = new Target();

    Usage(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        new Listing(screen, target.json())
                .show(
                        Listing.items(target.api(), "/api/v1/usage", Map.of(), 100),
                        "Nothing is counted",
                        List.of(
                                Listing.Column.of("WHAT", "name"),
                                new Listing.Column(
                                        "USED",
                                        item -> Listing.text(item, "used")
                                                + (item.path("more").booleanValue(false) ? "+" : "")),
                                Listing.Column.of("LIMIT", "limit"),
                                Listing.Column.of("OF", "of"),
                                Listing.Column.of("SCOPE", "scope")));
        return 0;
    }
}
