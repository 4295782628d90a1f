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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists executions, or shows one. */
@Command(
        name = "executions",
        description = {"Lists executions, the newest first, or shows one.", ""},
        footer = {
            "",
            "Examples:",
            "  dovetail executions --function push-digest --status failed",
            "  dovetail executions ID --timeline",
            "  dovetail executions ID --graph > way.mmd         a flowchart that Markdown viewers draw",
            "  dovetail executions ID --wait                    its result, when it has ended",
            "  dovetail executions ID --tell cancel             or pause, resume, retry, replay, terminate",
            "  dovetail executions ID --signal order.paid --payload '{\"total\": 12}'",
            "  dovetail executions ID --compare 2               would version 2 have done the same? 1 if not",
            "  dovetail executions ID --move 2                  goes on on version 2, if that would",
            "  dovetail executions ID --fork send --version 2   another one, that begins as this one up to a step"
        })
final class Executions implements Callable<Integer> {
    private static final List<String> WORDS = List.of("cancel", "pause", "resume", "retry", "replay", "terminate");
    private static final long LOOK_MILLIS = 200;

    /** More than any execution has: a timeline without its end would say that it stands where it does not. */
    private static final int WHOLE = 1_000_000;

    private static final List<Listing.Column> HAPPENED = List.of(
            Listing.Column.of("AT", "at"),
            Listing.Column.of("WHAT", "eventType"),
            new Listing.Column("NUMBER", event -> Listing.text(event.path("details"), "number")),
            new Listing.Column("OF", event -> Listing.text(event, event.has("stepName") ? "stepName" : "call")),
            Listing.Column.of("MS", "durationMs"),
            new Listing.Column("LINE", event -> line(event.path("details").path("place"))),
            Listing.Column.of("MESSAGE", "message"));

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

    @Option(names = "--graph", description = "The way it took, as a flowchart in Mermaid.")
    private boolean graph;

    @Option(names = "--snapshots", description = "Its stages: checkpoints, and what it waited for.")
    private boolean snapshots;

    @Option(names = "--explain", description = "Why it has not finished.")
    private boolean explain;

    @Option(names = "--wait", description = "Wait for its end, and show its result.")
    private boolean wait;

    @Option(
            names = "--tell",
            paramLabel = "WHAT",
            description = "Tell it to cancel, pause, resume, retry, replay or terminate.")
    private Optional<String> tell;

    @Option(names = "--signal", paramLabel = "TYPE", description = "Tell it that an event of this type has happened.")
    private Optional<String> signal;

    @Option(
            names = "--payload",
            paramLabel = "JSON",
            description = "The event: JSON, @FILE, or - for standard input (default: {}).")
    private Optional<String> payload;

    @Mixin
    private OtherVersion other = new OtherVersion();

    Executions(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Listing listing = new Listing(screen, target.json());
        Api api = target.api();
        other.check();
        boolean acts = wait || tell.isPresent() || signal.isPresent();
        Together.of("--signal", signal.isPresent()).neededBy("--payload", payload.isPresent());
        Together.of("--tell", tell.isPresent())
                .or("--signal", signal.isPresent())
                .onlyOne();
        Together.of("--timeline", timeline)
                .or("--graph", graph)
                .or("--snapshots", snapshots)
                .or("--explain", explain)
                .or("--wait, --tell or --signal", acts)
                .or("--compare, --move or --fork", other.wanted())
                .onlyOne();
        if (id.isEmpty() && (acts || other.wanted() || timeline || graph || snapshots || explain)) {
            throw new Main.Unusable("Say which execution is meant");
        }
        if (id.isPresent() && acts) {
            return acted(api, listing);
        }
        if (id.isPresent() && other.wanted()) {
            return other.run(screen, api, id.get(), target.json());
        }
        if (id.isPresent() && graph) {
            JsonNode way = api.get("/api/v1/executions/" + Api.escaped(id.get()) + "/graph");
            if (target.json()) {
                listing.show(way);
            } else {
                screen.line(way.path("mermaid").stringValue("").strip());
            }
            return 0;
        }
        if (id.isPresent() && snapshots) {
            listing.show(
                    Listing.items(api, "/api/v1/executions/" + Api.escaped(id.get()) + "/snapshots", Map.of(), limit),
                    "It has no snapshots",
                    List.of(
                            Listing.Column.of("NUMBER", "number"),
                            Listing.Column.of("KIND", "kind"),
                            Listing.Column.of("LABEL", "label"),
                            Listing.Column.of("AT", "at"),
                            new Listing.Column("VERSION", e -> "v" + Listing.text(e, "version"))));
            return 0;
        }
        if (id.isPresent()) {
            String one = "/api/v1/executions/" + Api.escaped(id.get());
            if (timeline) {
                listing.show(
                        Listing.items(api, one + "/timeline", Map.of(), WHOLE), "Nothing has happened yet", HAPPENED);
            } else {
                listing.show(api.get(explain ? one + "/explain" : one));
            }
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

    private static String line(JsonNode place) {
        return place.has("file") ? Listing.text(place, "file") + ":" + Listing.text(place, "line") : "";
    }

    /** @return what the command ends with: that of the execution, if its end was waited for */
    private int acted(Api api, Listing listing) {
        String job = "/api/v1/jobs/" + Api.escaped(id.get());
        String execution = "/api/v1/executions/" + Api.escaped(id.get());
        if (tell.isPresent()) {
            if (!WORDS.contains(tell.get())) {
                throw new Main.Unusable("Not known: --tell " + tell.get() + "; known are " + WORDS);
            }
            String whose = tell.get().equals("terminate") ? execution : job;
            listing.show(api.post(whose + ":" + tell.get(), Screen.JSON.createObjectNode()));
        }
        if (signal.isPresent()) {
            ObjectNode body = Screen.JSON.createObjectNode().put("type", signal.get());
            body.set("payload", Input.json(payload.orElse("{}")));
            listing.show(api.post(execution + ":signal", body));
        }
        if (wait) {
            JsonNode ended = ended(api, execution);
            // the result of a call that somebody waited for is with who called
            screen.json(api.find(job).isPresent() ? api.get(job + "/result") : ended);
            return Listing.text(ended, "status").equals("succeeded") ? 0 : Main.REFUSED;
        }
        return 0;
    }

    private static JsonNode ended(Api api, String execution) {
        while (true) {
            JsonNode now = api.get(execution);
            if (now.has("finishedAt")) {
                return now;
            }
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while an execution's end was waited for", e);
            }
        }
    }
}
