package dev.dovetail.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Shows the processes that serve, and lets one go on. */
@Command(
        name = "nodes",
        description = {
            "Shows the processes that serve: which are alive, what each has to do, and what it ran so far.",
            "With the id of one, all that is known of it.",
            ""
        },
        footer = {
            "",
            "CALLS are under way, RAN were begun since the node was started. What is shown of other nodes is a second old.",
            "",
            "Examples:",
            "  dovetail nodes",
            "  dovetail nodes n1a2b3c4d",
            "  dovetail nodes n1a2b3c4d --resume"
        })
final class Nodes implements Callable<Integer> {
    private static final String ALL = "/api/v1/nodes";

    private final Screen screen;

    @Parameters(arity = "0..1", paramLabel = "ID", description = "One of them, whole.")
    private Optional<String> id = Optional.empty();

    @Option(
            names = "--resume",
            description = "Lets this node, which was started paused, carry executions; asked at its own address.")
    private boolean resume;

    @Mixin
    private Target target = new Target();

    Nodes(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Together.of("ID", id.isPresent()).neededBy("--resume", resume);
        Api api = target.api();
        Listing listing = new Listing(screen, target.json());
        if (resume) {
            listing.show(api.post(ALL + "/" + Api.escaped(id.get()) + ":resume", Screen.JSON.createObjectNode()));
        } else if (id.isPresent()) {
            listing.show(api.get(ALL + "/" + Api.escaped(id.get())));
        } else {
            listing.show(
                    Listing.items(api, ALL, Map.of(), 1_000),
                    "No node serves",
                    List.of(
                            new Listing.Column(
                                    "NODE",
                                    item -> Listing.text(item, "id")
                                            + (item.path("here").booleanValue(false) ? " *" : "")),
                            Listing.Column.of("STATUS", "status"),
                            Listing.Column.of("ADDRESS", "address"),
                            new Listing.Column(
                                    "SHARDS", item -> "" + item.path("shards").size()),
                            new Listing.Column("CPU", item -> percent(item.at("/resources/cpuLoad"))),
                            new Listing.Column("MEMORY", Nodes::memory),
                            Listing.Column.of("CALLS", "callsUnderWay"),
                            Listing.Column.of("CARRIED", "executionsUnderWay"),
                            Listing.Column.of("QUEUED", "executionsQueued"),
                            new Listing.Column("RAN", item -> Listing.text(item.path("metrics"), "invocations")),
                            new Listing.Column("ERRORS", item -> Listing.text(item.path("metrics"), "errors")),
                            Listing.Column.of("SINCE", "startedAt")));
        }
        return 0;
    }

    private static String percent(JsonNode share) {
        return share.isNumber() ? String.format(Locale.ROOT, "%.0f%%", 100 * share.doubleValue()) : "";
    }

    private static String memory(JsonNode node) {
        JsonNode resources = node.path("resources");
        return resources.isObject()
                ? Listing.text(resources, "memoryUsedMb") + "/" + Listing.text(resources, "memoryMaxMb") + " MB"
                : "";
    }
}
