package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.run.Debugging;
import dev.dovetail.kernel.run.Work;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Inspectable.Pace;
import dev.dovetail.spi.executor.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Where code stands, and holding it there. */
final class DebugRoutes {
    private static final String ONE = "/api/v1/executions/{id}";
    private static final long SMALL = 64 * 1024;

    private final OpenHere open;
    private final Stops stops;
    private final Views views;
    private final Schemas schemas;

    DebugRoutes(OpenHere open, Views views, Schemas schemas) {
        this.open = open;
        this.stops = new Stops(open.catalog());
        this.views = views;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.add("GET", ONE + "/debug", Permission.DEBUG, 0, "Show where an execution's code stands", this::show);
        router.add(
                "GET", ONE + "/stack", Permission.DEBUG, 0, "Show the calls that lead to where it stands", this::stack);
        router.add("GET", ONE + "/locals", Permission.DEBUG, 0, "Show the variables of held code", this::locals);
        router.add("GET", ONE + "/breakpoints", Permission.DEBUG, 0, "List where code is to be held", this::list);
        router.add(
                "POST",
                ONE + "/breakpoints",
                Permission.DEBUG,
                SMALL,
                "Have code held at lines",
                "Breakpoints",
                this::add);
        router.add("DELETE", ONE + "/breakpoints", Permission.DEBUG, 0, "Have code held nowhere", this::clear);
        router.add("POST", ONE + ":step", Permission.DEBUG, SMALL, "Let held code go on", "Step", this::step);
    }

    private void show(Exchange x) throws Exception {
        Optional<Shown> shown = open.accepted().find(x);
        Optional<Work> work = open.running(x);
        ObjectNode json;
        if (shown.isPresent()) {
            json = open.accepted().views().execution(shown.get());
        } else if (work.isPresent()) {
            json = views.running(work.get());
        } else {
            Execution ended = open.records()
                    .find(x.principal().tenant(), x.parameter("id"))
                    .orElseThrow(() -> open.nothing(x));
            json = views.execution(ended);
        }
        boolean here = shown.isEmpty() || open.accepted().whereabouts().isHere(x.parameter("id"));
        Optional<Debugging.Stand> stand =
                work.isPresent() && here ? open.runs().debugging().look(x.parameter("id")) : Optional.empty();
        if (stand.isPresent() && !stand.get().stack().isEmpty()) {
            ObjectNode debug = json.putObject("debug");
            location(debug, stand.get().stack().getFirst().place(), work.map(Work::version));
            debug.put("held", stand.get().held().isPresent());
            frames(debug.putObject("stack").putArray("frames"), stand.get().stack());
        } else if (shown.isPresent()
                && !shown.get().status().ended()
                && stands(shown.get()).isPresent()) {
            Place place = stands(shown.get()).get();
            ObjectNode debug = json.putObject("debug");
            location(debug, place, open.pinned(shown.get()));
            debug.put("held", false);
            debug.putObject("stack").putArray("frames");
        } else {
            json.putNull("debug");
        }
        x.answer(200, json);
    }

    /** The place of the last call that has no answer yet. */
    private static Optional<Place> stands(Shown shown) {
        Set<Long> answered = shown.lines().stream()
                .filter(line -> line.type().equals(Line.ANSWERED))
                .map(Line::number)
                .collect(Collectors.toSet());
        return shown.lines().reversed().stream()
                .filter(line -> line.type().equals(Line.ASKED) && !answered.contains(line.number()))
                .map(line -> line.json().path("place"))
                .filter(JsonNode::isObject)
                .findFirst()
                .map(place -> new Place(
                        place.path("file").stringValue(""),
                        place.path("line").intValue(0),
                        place.path("column").intValue(0)));
    }

    private void location(ObjectNode debug, Place place, Optional<Deployed> version) throws InterruptedException {
        ObjectNode location =
                debug.putObject("location").put("file", place.file()).put("line", place.line());
        Optional<String> code = version.isPresent()
                ? CodeLines.find(open.catalog().launch(version.get()).code(), place)
                : Optional.empty();
        code.ifPresentOrElse(text -> location.put("code", text), () -> location.putNull("code"));
    }

    private static void frames(ArrayNode json, List<Outcome.Frame> stack) {
        for (Outcome.Frame frame : stack) {
            json.addObject()
                    .put("function", frame.function())
                    .put("file", frame.place().file())
                    .put("line", frame.place().line());
        }
    }

    private void stack(Exchange x) throws Exception {
        ObjectNode json = schemas.object().put("executionId", x.parameter("id"));
        Debugging.Stand stand = stands(x);
        json.put("held", stand.held().isPresent());
        frames(json.putArray("frames"), stand.stack());
        x.answer(200, json);
    }

    /** Where code of this node stands. */
    private Debugging.Stand stands(Exchange x) throws InterruptedException {
        open.require(x);
        Work work = open.running(x)
                .orElseThrow(() -> Refusal.of(
                        ErrorType.INVALID_STATE,
                        "The execution's code does not run now; GET /api/v1/executions/" + x.parameter("id")
                                + "/explain says why"));
        return open.runs()
                .debugging()
                .look(work.executionId())
                .orElseThrow(() -> Refusal.of(
                        ErrorType.INVALID_STATE,
                        "The runtime " + work.version().version().runtime() + " does not show where its code stands"));
    }

    private void locals(Exchange x) throws Exception {
        Debugging.Stand stand = stands(x);
        if (stand.held().isEmpty()) {
            throw Refusal.of(ErrorType.INVALID_STATE, "The code is not held: its variables change while it runs");
        }
        int frame = frame(x, stand.stack().size());
        ObjectNode json = schemas.object().put("executionId", x.parameter("id")).put("frame", frame);
        ObjectNode locals = json.putObject("locals");
        open.runs()
                .debugging()
                .locals(x.parameter("id"), frame)
                .forEach((name, value) -> locals.set(name, schemas.parse(Bytes.utf8(value))));
        if (!x.flag("unmasked")) {
            json.set("locals", new Discreet(schemas).of(locals));
        }
        x.answer(200, json);
    }

    private static int frame(Exchange x, int frames) {
        String text = x.query("frame").orElse("0");
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) >= Math.max(1, frames)) {
            throw Refusal.field(
                    ErrorType.MALFORMED,
                    "?frame",
                    "expected the number of a frame from 0 to " + (Math.max(1, frames) - 1),
                    "\"" + text + "\"");
        }
        return Integer.parseInt(text);
    }

    private void list(Exchange x) throws Exception {
        open.require(x);
        x.answer(200, Cursors.whole(x, places(x, open.runs().debugging().breakpoints(x.parameter("id")))));
    }

    private ObjectNode places(Exchange x, List<Place> places) {
        ObjectNode json = schemas.object().put("executionId", x.parameter("id"));
        ArrayNode items = json.putArray("items");
        places.forEach(place -> {
            ObjectNode item = items.addObject().put("line", place.line());
            if (!place.file().isEmpty()) {
                item.put("file", place.file());
            }
        });
        return json.putNull("nextCursor");
    }

    private void add(Exchange x, boolean dryRun) throws Exception {
        open.require(x);
        JsonNode locations = x.json().path("locations");
        List<Place> places =
                stops.with(open.runs().debugging().breakpoints(x.parameter("id")), locations, open.version(x));
        if (!dryRun) {
            open.runs().debugging().breakAt(x.parameter("id"), places);
        }
        x.answer(200, places(x, places));
    }

    private void clear(Exchange x, boolean dryRun) throws Exception {
        open.require(x);
        if (!dryRun) {
            open.runs().debugging().breakAt(x.parameter("id"), List.of());
        }
        x.answerNothing();
    }

    private void step(Exchange x, boolean dryRun) throws Exception {
        String action = x.json().path("action").stringValue("");
        Pace pace = switch (action) {
            case "step_over", "over" -> Pace.OVER;
            case "step_into", "into" -> Pace.INTO;
            case "step_out", "out" -> Pace.OUT;
            case "continue" -> Pace.ON;
            default ->
                throw Refusal.field(
                        ErrorType.MALFORMED,
                        "/action",
                        "expected step_over, step_into, step_out or continue",
                        "\"" + action + "\"");
        };
        Debugging.Stand stand = stands(x);
        if (!(dryRun ? stand.held().isPresent() : open.runs().debugging().go(x.parameter("id"), pace))) {
            throw Refusal.of(ErrorType.INVALID_STATE, "The code is not held");
        }
        x.answer(
                dryRun ? 200 : 202,
                schemas.object().put("executionId", x.parameter("id")).put("action", action));
    }
}
