package dev.dovetail.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists functions, or shows one. */
@Command(
        name = "functions",
        description = {"Lists the functions, or shows or deletes one.", ""},
        footer = {"", "Examples:", "  dovetail functions", "  dovetail functions push-digest"})
final class Functions implements Callable<Integer> {
    private final Screen screen;

    @Mixin
    private Target target = new Target();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FUNCTION",
            description = "Only this one, with all there is to say.")
    private Optional<String> function;

    @Option(
            names = "--delete",
            description = "Deletes the function with its versions and aliases; its name may be used anew.")
    private boolean delete;

    @Option(
            names = "--limit",
            defaultValue = "100",
            paramLabel = "N",
            description = "At most so many (default: ${DEFAULT-VALUE}).")
    private int limit;

    Functions(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Listing listing = new Listing(screen, target.json());
        Api api = target.api();
        if (function.isEmpty()) {
            if (delete) {
                throw new Main.Unusable("Say which function to delete");
            }
            listing.show(
                    Listing.items(api, "/api/v1/functions", Map.of(), limit),
                    "There are no functions. To deploy one: dovetail deploy PATH",
                    List.of(
                            Listing.Column.of("NAME", "name"),
                            Listing.Column.of("KIND", "kind"),
                            Listing.Column.of("RUNTIME", "runtime"),
                            Listing.Column.of("ACTIVE", "activeVersion"),
                            Listing.Column.of("UPDATED", "updatedAt"),
                            Listing.Column.of("TITLE", "title")));
            return 0;
        }
        String path = "/api/v1/functions/" + Api.escaped(function.get());
        if (delete) {
            api.delete(path);
            screen.line(function.get() + " is deleted");
        } else {
            listing.show(api.get(path));
        }
        return 0;
    }
}
