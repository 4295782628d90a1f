package dev.dovetail.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** Lists executions that used up their attempts, shows one, or runs them anew. */
@Command(
        name = "dead-letters",
        description = {"Lists executions that used up their attempts, shows one, or runs them anew.", ""},
        footer = {
            "",
            "Examples:",
            "  dovetail dead-letters --function push-digest",
            "  dovetail dead-letters ID --redrive",
            "  dovetail dead-letters ID --redrive --version 2       on the version that mends it",
            "  dovetail dead-letters --function push-digest --redrive --dry-run"
        })
final class DeadLetters implements Callable<Integer> {
    private final Screen screen;

    @Mixin
    private Target target = new Target();

    @Parameters(index = "0", arity = "0..1", paramLabel = "ID", description = "Only this one.")
    private Optional<String> id;

    @Option(names = "--function", paramLabel = "NAME", description = "Only those of this function.")
    private Optional<String> function;

    @Option(names = "--redrive", description = "Run it, or all that are meant, anew.")
    private boolean redrive;

    @Option(names = "--rate", paramLabel = "N", description = "At most so many a second.")
    private Optional<Double> rate;

    @Option(names = "--version", paramLabel = "N", description = "On this version, instead of the one that failed.")
    private Optional<Integer> version;

    @Option(names = "--delete", description = "Let it go.")
    private boolean delete;

    @Option(names = "--dry-run", description = "Tell what would be done, and do nothing.")
    private boolean dryRun;

    @Option(
            names = "--limit",
            defaultValue = "25",
            paramLabel = "N",
            description = "At most so many (default: ${DEFAULT-VALUE}).")
    private int limit;

    DeadLetters(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Listing listing = new Listing(screen, target.json());
        Api api = target.api();
        String all = "/api/v1/dead-letters";
        Together.of("--redrive", redrive).neededBy("--rate", rate.isPresent());
        Together.of("--redrive", redrive).neededBy("--version", version.isPresent());
        ObjectNode anew = Screen.JSON.createObjectNode();
        version.ifPresent(number -> anew.put("version", number));
        Together.of("--redrive", redrive).or("--delete", delete).onlyOne().neededBy("--dry-run", dryRun);
        if (id.isPresent() && (function.isPresent() || rate.isPresent())) {
            throw new Main.Unusable("--function and --rate are for many dead letters, and one is named");
        }
        if (id.isPresent()) {
            String one = all + "/" + Api.escaped(id.get());
            String dry = dryRun ? "?dryRun=true" : "";
            if (redrive) {
                listing.show(api.post(one + ":redrive" + dry, anew));
            } else if (delete) {
                api.delete(one + dry);
                screen.line(id.get() + (dryRun ? " could be deleted" : " is deleted"));
            } else {
                listing.show(api.get(one));
            }
            return 0;
        }
        if (delete) {
            throw new Main.Unusable("Say which dead letter is meant");
        }
        if (redrive) {
            anew.put("dryRun", dryRun);
            function.ifPresent(name -> anew.putObject("filter").put("function", name));
            rate.ifPresent(perSecond -> anew.put("rate", perSecond));
            listing.show(api.post(all + ":redrive", anew));
            return 0;
        }
        Map<String, String> query = new LinkedHashMap<>();
        function.ifPresent(name -> query.put("function", name));
        listing.show(
                Listing.items(api, all, query, limit),
                "There are no dead letters",
                List.of(
                        Listing.Column.of("ID", "id"),
                        Listing.Column.of("FUNCTION", "function"),
                        new Listing.Column("VERSION", letter -> "v" + Listing.text(letter, "version")),
                        Listing.Column.of("ATTEMPTS", "attempts"),
                        Listing.Column.of("SINCE", "deadSince"),
                        new Listing.Column("ERROR", letter -> Listing.text(letter.path("error"), "message"))));
        return 0;
    }
}
