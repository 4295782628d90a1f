package dev.dovetail.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The gates of a workflow: where it is held, and letting go on what they hold. */
final class DebugGates {
    private static final List<Listing.Column> GATES = List.of(
            Listing.Column.of("GATE", "id"),
            new Listing.Column("AT", gate -> Listing.text(gate, "when") + ":" + Listing.text(gate, "step")),
            Listing.Column.of("STATE", "state"),
            Listing.Column.of("SINCE", "since"),
            Listing.Column.of("BY", "by"));

    @Option(
            names = "--gate",
            paramLabel = "before|after:STEP",
            description = "Hold a workflow there, in every language; may be repeated.")
    private List<String> set = List.of();

    @Option(names = "--gates", description = "At which steps it is held, and what is held.")
    private boolean list;

    @Option(names = "--release", paramLabel = "GATE", description = "Let go on what this gate holds.")
    private Optional<String> release;

    @Option(
            names = "--output",
            paramLabel = "JSON",
            description = "With --release: what the step answers instead; JSON, @FILE, or - for standard input.")
    private Optional<String> output;

    @Option(names = "--remove", paramLabel = "GATE", description = "Delete this gate; what it holds goes on.")
    private Optional<String> remove;

    boolean wanted() {
        return !set.isEmpty() || list || release.isPresent() || remove.isPresent();
    }

    /** @throws Main.Unusable if these do not go together */
    void check() {
        Together.of("--release", release.isPresent())
                .or("--remove", remove.isPresent())
                .onlyOne();
        Together.of("--release", release.isPresent()).neededBy("--output", output.isPresent());
        set.forEach(DebugGates::gate);
    }

    /** Does what is wanted, and shows the gates as they are then. */
    int run(Screen screen, Api api, String id, boolean json) {
        String gates = "/api/v1/executions/" + Api.escaped(id) + "/gates";
        release.ifPresent(gate -> {
            ObjectNode body = Screen.JSON.createObjectNode();
            output.ifPresent(text -> body.set("output", Input.json(text)));
            api.put(gates + "/" + Api.escaped(gate) + "/release", body);
        });
        remove.ifPresent(gate -> api.delete(gates + "/" + Api.escaped(gate)));
        set.forEach(each -> api.post(gates, gate(each)));
        List<JsonNode> all = api.get(gates).path("items").valueStream().toList();
        new Listing(screen, json).show(all, "It has no gates", GATES);
        return 0;
    }

    private static ObjectNode gate(String text) {
        String[] parts = text.split(":", 2);
        if (parts.length < 2 || !List.of("before", "after").contains(parts[0]) || parts[1].isBlank()) {
            throw new Main.Unusable("Not a gate: \"" + Screen.plain(text) + "\"; expected one such as before:charge");
        }
        return Screen.JSON.createObjectNode().put("when", parts[0]).put("step", parts[1]);
    }
}
