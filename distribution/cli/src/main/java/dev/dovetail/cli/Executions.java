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

/** Lists executions, or shows one. */
@Command(
        name = "executions",
        description = {"Lists executions, the newest first, or shows one.", ""},
        footer = {
            "",
            "Examples:",
            "  dovetail executions --function push-digest --status failed",
            "  dovetail executions ID --timeline"
        })
final class Executions implements Callable<Integer> {
    private final Screen screen;

    @Mixin
    private Target target = new Target();

    @Parameters(index = "0", arity = "0..1", paramLabel = "ID", description = "Only this one.")
    private Optional<String> id;

    @Option(names = "--function", paramLabel = "NAME", description = "Only executions of this function.")
    private Optional<String> function;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            description = "Only those that are running, failed, succeeded, ...")
    private Optional<String> status;

    @Option(
            names = "--limit",
            defaultValue = "25",
            paramLabel = "N",
            description = "At most so many (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--timeline", description = "What it did, step by step.")
    private boolean timeline;

    @Option(names = "--explain", description = "Why it has not finished.")
    private boolean explain;

    Executions(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Listing listing = new Listing(screen, target.json());
        Api api = target.api();
        if (id.isPresent()) {
            String part = timeline ? "/timeline" : explain ? "/explain" : "";
            listing.show(api.get("/api/v1/executions/" + Api.escaped(id.get()) + part));
            return 0;
        }
        Map<String, String> query = new LinkedHashMap<>();
        function.ifPresent(value -> query.put("function", value));
        status.ifPresent(value -> query.put("status", value));
        listing.show(
                Listing.items(api, "/api/v1/executions", query, limit),
                "There are no such executions",
                List.of(
                        Listing.Column.of("ID", "id"),
                        Listing.Column.of("FUNCTION", "function"),
                        new Listing.Column("VERSION", e -> "v" + Listing.text(e, "version")),
                        Listing.Column.of("STATUS", "status"),
                        Listing.Column.of("STARTED", "startedAt"),
                        Listing.Column.of("MS", "durationMs")));
        return 0;
    }
}
