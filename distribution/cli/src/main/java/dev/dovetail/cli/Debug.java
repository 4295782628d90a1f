package dev.dovetail.cli;

import dev.dovetail.spi.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Shows where an execution's code stands, holds Starlark at lines, and lets it go on. */
@Command(
        name = "debug",
        description = {
            "Shows where an execution's code stands, holds it at lines, and lets it go on. Code of every",
            "language shows what it waits for; Starlark can be held at lines, workflows at gates.",
            ""
        },
        footer = {
            "",
            "Lines are those of one execution that is open, so that nobody else's calls are held: start it,",
            "and while it is queued or waits say where. What is held is shown with its lines and variables,",
            "and goes on by itself after half an hour.",
            "",
            "Examples:",
            "  dovetail debug ID                                  where it stands, and why",
            "  dovetail debug ID --break 12 --break lib.star:3    hold it there, each time that it comes there",
            "  dovetail debug ID --wait                           until it is held, or has ended",
            "  dovetail debug ID --step                           to the next line; or --step-into, --step-out",
            "  dovetail debug ID --continue --wait                to where it is held next",
            "  dovetail debug ID --clear --continue               hold it nowhere any more",
            "  dovetail debug ID --gate before:charge             hold a workflow before that step begins",
            "  dovetail debug ID --release GATE --output '{}'     goes on with that in place of what the step answers"
        })
final class Debug implements Callable<Integer> {
    private static final List<Listing.Column> PLACES = List.of(
            new Listing.Column("LINE", place -> Listing.text(place, "line")),
            new Listing.Column("FILE", place -> place.has("file") ? Listing.text(place, "file") : "any"));

    private final Screen screen;

    @Mixin
    private Target target = new Target();

    @Parameters(index = "0", paramLabel = "ID", description = "The execution.")
    private String id = "";

    @Option(
            names = "--break",
            paramLabel = "[FILE:]LINE",
            description = "Hold it before this line is done; may be repeated.")
    private List<String> breaks = List.of();

    @Option(names = "--breakpoints", description = "At which lines it is held.")
    private boolean breakpoints;

    @Option(names = "--clear", description = "Hold it at none of them any more.")
    private boolean clear;

    @Option(names = "--step", description = "Let it go on to the next line.")
    private boolean over;

    @Option(names = "--step-into", description = "Let it go on to the next line, also of what is called in this one.")
    private boolean into;

    @Option(names = "--step-out", description = "Let it go on until what it is in returns.")
    private boolean out;

    @Option(names = "--continue", description = "Let it go on to where it is to be held.")
    private boolean on;

    @Option(names = "--wait", description = "Wait until it is held, or has ended, and show where.")
    private boolean wait;

    @Option(
            names = "--frame",
            defaultValue = "0",
            paramLabel = "N",
            description = "The variables of its N-th caller (default: those of what it is in).")
    private int frame;

    @Option(names = "--unmasked", description = "Show also variables that are named like secrets.")
    private boolean unmasked;

    @Mixin
    private DebugGates gates = new DebugGates();

    Debug(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Together.of("--step", over)
                .or("--step-into", into)
                .or("--step-out", out)
                .or("--continue", on)
                .or("--breakpoints", breakpoints)
                .or("--gate, --gates, --release and --remove", gates.wanted())
                .onlyOne();
        Together.of("--gate, --gates, --release or --remove", gates.wanted())
                .or("--break, --clear or --wait", !breaks.isEmpty() || clear || wait)
                .onlyOne();
        List<Place> places = breaks.stream().map(Debug::place).toList();
        if (frame < 0) {
            throw new Main.Unusable("Not a frame: " + frame + "; 0 is what the code is in, 1 what has called that");
        }
        gates.check();
        Api api = target.api();
        if (gates.wanted()) {
            return gates.run(screen, api, id, target.json());
        }
        String one = "/api/v1/executions/" + Api.escaped(id);
        if (clear) {
            api.delete(one + "/breakpoints");
        }
        Optional<JsonNode> set =
                places.isEmpty() ? Optional.empty() : Optional.of(api.post(one + "/breakpoints", locations(places)));
        Standing standing = new Standing(screen, api, id, frame, unmasked);
        set.ifPresent(_ -> standing.warn(places));
        Optional<String> pace = pace();
        pace.ifPresent(
                how -> api.post(one + ":step", Screen.JSON.createObjectNode().put("action", how)));
        if (wait) {
            return show(standing, standing.held());
        }
        if (pace.isPresent() && !on) {
            return show(standing, standing.stepped());
        }
        if (pace.isPresent()) {
            return told(Screen.JSON.createObjectNode().put("executionId", id).put("action", "continue"), "It goes on");
        }
        if (set.isPresent() || breakpoints) {
            JsonNode all = set.isPresent() ? set.get() : api.get(one + "/breakpoints");
            new Listing(screen, target.json()).show(items(all), "It is held nowhere", PLACES);
            return 0;
        }
        if (clear) {
            return told(Listing.asJson(List.of()), "It is held nowhere any more");
        }
        return show(standing, standing.now());
    }

    private static List<JsonNode> items(JsonNode list) {
        return list.path("items").valueStream().toList();
    }

    private int told(ObjectNode json, String words) {
        if (target.json()) {
            screen.json(json);
        } else {
            screen.line(words);
        }
        return 0;
    }

    private int show(Standing standing, JsonNode shown) {
        if (target.json() || !screen.terminal()) {
            screen.json(standing.withLocals(shown));
        } else {
            standing.show(shown);
        }
        return 0;
    }

    private Optional<String> pace() {
        return Map.of("step_over", over, "step_into", into, "step_out", out, "continue", on).entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** A line of any file, or of one. */
    private static Place place(String text) {
        Optional<Place> place = text.matches("[1-9]\\d{0,8}")
                ? Optional.of(new Place("", Integer.parseInt(text), 0))
                : Trouble.place(text);
        return place.filter(it -> it.line() > 0)
                .orElseThrow(() -> new Main.Unusable(
                        "Not a line: \"" + Screen.plain(text) + "\"; expected one such as 12 or main.star:12"));
    }

    private static ObjectNode locations(List<Place> places) {
        ObjectNode body = Screen.JSON.createObjectNode();
        ArrayNode all = body.putArray("locations");
        for (Place place : places) {
            ObjectNode location = all.addObject().put("line", place.line());
            if (!place.file().isEmpty()) {
                location.put("file", place.file());
            }
        }
        return body;
    }
}
