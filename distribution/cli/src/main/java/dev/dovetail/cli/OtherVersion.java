package dev.dovetail.cli;

import dev.dovetail.cli.Screen.Ink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The options that say what is done with an execution and another version of its function. */
final class OtherVersion {
    @Option(
            names = "--compare",
            paramLabel = "VERSION",
            description = "What this version does with what it was answered.")
    private Optional<String> compare;

    @Option(names = "--move", paramLabel = "VERSION", description = "Let it go on on this version.")
    private Optional<String> move;

    @Option(
            names = "--fork",
            paramLabel = "STEP",
            description = "Start another one that begins as it did up to this step: its number, or its label.")
    private Optional<String> fork;

    @Option(names = "--version", paramLabel = "N", description = "Fork it on this version, instead of its own.")
    private Optional<String> version;

    @Option(
            names = "--input",
            paramLabel = "JSON",
            description = "Fork it with this instead of its input: JSON, @FILE, or - for standard input.")
    private Optional<String> input;

    @Option(names = "--dry-run", description = "Tell what forking or moving it would do, and do nothing.")
    private boolean dryRun;

    /** @throws Main.Unusable if these do not go together */
    void check() {
        Together.of("--compare", compare.isPresent())
                .or("--move", move.isPresent())
                .or("--fork", fork.isPresent())
                .onlyOne();
        Together.of("--fork", fork.isPresent())
                .neededBy("--version", version.isPresent())
                .neededBy("--input", input.isPresent());
        Together.of("--fork", fork.isPresent()).or("--move", move.isPresent()).neededBy("--dry-run", dryRun);
    }

    /** Whether anything is wanted of another version. */
    boolean wanted() {
        return compare.isPresent() || move.isPresent() || fork.isPresent();
    }

    /** @return what the command ends with */
    int run(Screen screen, Api api, String id, boolean json) {
        String one = "/api/v1/executions/" + Api.escaped(id);
        String dry = dryRun ? "?dryRun=true" : "";
        ObjectNode body = Screen.JSON.createObjectNode();
        compare.or(() -> move).or(() -> version).ifPresent(it -> body.put("version", it));
        if (compare.isPresent()) {
            return compared(screen, api.post(one + ":compare", body), json);
        }
        fork.ifPresent(it -> body.put("from", it));
        input.ifPresent(it -> body.set("input", Input.json(it)));
        JsonNode answer = api.post(one + (fork.isPresent() ? ":fork" : ":move") + dry, body);
        new Listing(screen, json).show(answer);
        if (answer.has("executionId") && fork.isPresent() && screen.terminal() && !json) {
            screen.aside(screen.ink(
                    Ink.FAINT,
                    "  dovetail executions " + Listing.text(answer, "executionId") + " --wait    its result"));
        }
        return 0;
    }

    private static int compared(Screen screen, JsonNode answer, boolean json) {
        boolean same = answer.path("same").booleanValue(false);
        if (json) {
            screen.json(answer);
        } else if (same) {
            screen.line(screen.ink(Ink.GREEN, "v" + Listing.text(answer, "with")) + " does what it did");
        } else {
            new Listing(screen, false)
                    .show(
                            differences(answer),
                            "",
                            List.of(
                                    Listing.Column.of("PLACE", "path"),
                                    Listing.Column.of("WAS", "from"),
                                    Listing.Column.of("IS", "to")));
        }
        return same ? 0 : Main.REFUSED;
    }

    /** The first step that differs, and what differs at the end. */
    private static List<JsonNode> differences(JsonNode answer) {
        List<JsonNode> all = new ArrayList<>();
        JsonNode step = answer.path("difference");
        if (step.isObject()) {
            String line = step.has("line") ? ", " + Listing.text(step, "file") + ":" + Listing.text(step, "line") : "";
            all.add(row(
                    "step " + Listing.text(step, "step") + line,
                    VersionCheck.words(Listing.text(step, "expected")),
                    VersionCheck.words(Listing.text(step, "found"))));
        }
        JsonNode was = answer.path("output").path("was");
        JsonNode is = answer.path("output").path("is");
        for (String member : List.of("output", "error")) {
            // what went another way before its end has none to be compared
            boolean known = all.isEmpty() || is.has(member);
            if (known && !was.path(member).equals(is.path(member))) {
                all.add(row(member, Listing.text(was, member), Listing.text(is, member)));
            }
        }
        if (is.path("goesOn").booleanValue(false)) {
            all.add(row("end", Listing.text(was, "status"), "goes on"));
        }
        return all;
    }

    private static ObjectNode row(String place, String was, String is) {
        return Screen.JSON
                .createObjectNode()
                .put("path", place)
                .put("from", was)
                .put("to", is);
    }
}
