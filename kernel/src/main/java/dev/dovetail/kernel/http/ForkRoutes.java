package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Order;
import dev.dovetail.kernel.durable.Rehearsals;
import dev.dovetail.kernel.durable.Rehearsed;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Problem;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What can be done with an execution and another version: fork it, move it, compare what it did. */
final class ForkRoutes {
    private static final String ONE = "/api/v1/executions/{id}";
    private static final long SMALL = 64 * 1024;
    /** What is taken on may have no more. */
    private static final int LARGEST_INPUT = 256 * 1024;

    private static final Duration MOVING = Duration.ofSeconds(10);

    private final Catalog catalog;
    private final Durable durable;
    private final Schemas schemas;

    ForkRoutes(Catalog catalog, Durable durable, Schemas schemas) {
        this.catalog = catalog;
        this.durable = durable;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.add(
                "POST",
                ONE + ":fork",
                Permission.INVOKE,
                InvokeRoutes.LARGEST,
                "Start an execution that begins as this one up to a step, on another version if wanted",
                "Fork",
                this::fork);
        router.add(
                "POST",
                ONE + ":move",
                Permission.INVOKE,
                SMALL,
                "Let an open execution go on on another version",
                "OnVersion",
                this::move);
        router.addHarmless(
                ONE + ":compare",
                Permission.INVOKE,
                SMALL,
                "Show what a version does with what this execution was answered",
                Optional.of("OnVersion"),
                "What the version asks for is answered from the journal, and nothing of it is kept",
                this::compare);
    }

    private Shown require(Exchange x) throws InterruptedException {
        String id = x.parameter("id");
        return durable.find(x.principal().tenant(), id).orElseThrow(() -> ControlRoutes.notAccepted(id));
    }

    /** An execution that has a journal. */
    private Shown journaled(Exchange x, String what) throws InterruptedException {
        Shown shown = require(x);
        if (!shown.order().isWorkflow()) {
            throw Refusal.of(
                            ErrorType.INVALID_STATE,
                            "Not possible (" + what
                                    + "): a plain call has no journal, and running it anew would have its"
                                    + " effects again; POST /api/v1/jobs/"
                                    + shown.order().id() + ":replay does that")
                    .with("currentStatus", shown.status().id());
        }
        return shown;
    }

    /** The version that the body names; its own if it names none and may. */
    private Deployed version(Shown shown, JsonNode body, boolean needed) throws InterruptedException {
        Order order = shown.order();
        if (body.has("version")) {
            return catalog.require(
                    order.tenant(), order.function().text(), body.get("version").asString());
        }
        if (needed) {
            throw Refusal.field(ErrorType.MALFORMED, "/version", "expected a version", "nothing");
        }
        return catalog.pinned(order.tenant(), order.function(), order.version())
                .orElseThrow(() -> Refusal.of(
                        ErrorType.INVALID_STATE,
                        "Version " + order.version() + " of \"" + order.function()
                                + "\" is not there any more; name another one"));
    }

    /** The same of one that work is begun on. */
    private Deployed callable(Shown shown, JsonNode body, boolean needed) throws InterruptedException {
        Deployed version = version(shown, body, needed);
        boolean own = version.version().number() == shown.order().version();
        if (!own && !version.version().state().callable()) {
            throw Refusal.of(
                    ErrorType.NOT_ACTIVE,
                    "Version " + version.version().text() + " of \""
                            + shown.order().function() + "\" is "
                            + version.version().state().word()
                            + "; only active and deprecated versions can be gone on with");
        }
        return version;
    }

    private void fork(Exchange x, boolean dryRun) throws Exception {
        JsonNode body = x.json();
        Shown shown = journaled(x, "fork");
        JsonNode from = body.path("from");
        if (!from.isIntegralNumber() && !from.isString()) {
            throw Refusal.field(
                    ErrorType.MALFORMED,
                    "/from",
                    "expected the number of a call or the label of a step",
                    from.isMissingNode() ? "nothing" : from.toString());
        }
        Deployed version = callable(shown, body, false);
        Optional<Bytes> input = body.has("input") ? Optional.of(schemas.bytes(body.get("input"))) : Optional.empty();
        input.ifPresent(it -> check(it, version));
        Rehearsals.Forked forked = durable.rehearsals()
                .fork(
                        shown,
                        new Rehearsals.Wish(version, from.asString(), input, x.principal(), GateWishes.of(x, body)),
                        dryRun);
        ObjectNode json = schemas.object();
        if (dryRun) {
            json.put("dryRun", true);
        } else {
            x.header(InvokeRoutes.EXECUTION_ID, forked.id());
            json.put("executionId", forked.id()).put("status", ExecutionStatus.QUEUED.id());
        }
        json.put("forkOf", shown.order().id())
                .put("from", forked.from())
                .put("version", version.version().number());
        forked.difference().ifPresent(it -> json.set("difference", Rehearsals.told(schemas, it)));
        x.answer(dryRun ? 200 : 202, json);
    }

    private static void check(Bytes input, Deployed version) {
        if (input.size() > LARGEST_INPUT) {
            throw Refusal.of(
                    ErrorType.PAYLOAD_TOO_LARGE,
                    "The input has " + input.size() + " bytes; what is taken on may have " + LARGEST_INPUT);
        }
        List<Problem> problems = version.problemsOfInput(input);
        if (!problems.isEmpty()) {
            throw Refusal.of(
                    ErrorType.VALIDATION,
                    "The input does not fit the contract: "
                            + problems.getFirst().told(),
                    problems);
        }
    }

    private void move(Exchange x, boolean dryRun) throws Exception {
        JsonNode body = x.json();
        Shown shown = journaled(x, "move");
        if (shown.status().ended() || shown.status() == ExecutionStatus.COMPENSATING) {
            throw ended(shown);
        }
        Deployed version = callable(shown, body, true);
        int number = version.version().number();
        if (number == shown.order().version()) {
            answer(x, shown, dryRun);
            return;
        }
        switch (durable.rehearsals().rehearse(shown, version)) {
            case Rehearsed.Same _, Rehearsed.Ended _ -> {}
            case Rehearsed.Differs(var difference) -> throw durable.rehearsals().differs(version, difference);
            case Rehearsed.Unknown(String why) ->
                throw Refusal.of(
                        ErrorType.INVALID_STATE,
                        "It cannot be shown what version " + version.version().text() + " does with this journal: "
                                + why);
        }
        if (dryRun) {
            answer(x, shown, true);
            return;
        }
        String id = shown.order().id();
        String message = "move-" + number + "-" + shown.lines().size();
        durable.tell(
                x.principal().tenant(),
                id,
                message,
                schemas.object().put("kind", "move").put("version", number));
        Shown after = durable.await(
                        x.principal().tenant(),
                        id,
                        MOVING,
                        now -> now.order().version() == number
                                || refused(now, message).isPresent())
                .orElse(shown);
        Optional<Line> refused = refused(after, message);
        if (after.order().version() == number) {
            answer(x, after, false);
        } else if (refused.isPresent()) {
            throw Refusal.of(
                            ErrorType.INVALID_STATE,
                            "It was not moved: " + refused.get().text("why"))
                    .with("currentStatus", after.status().id());
        } else if (after.status().ended()) {
            throw ended(after);
        } else {
            x.answer(202, moved(after).put("message", "it is moved as soon as what it does now lets it"));
        }
    }

    private static Refusal ended(Shown shown) {
        return Refusal.of(
                        ErrorType.INVALID_STATE,
                        "Not possible (move): the execution is "
                                + shown.status().word())
                .with("currentStatus", shown.status().id());
    }

    private static Optional<Line> refused(Shown shown, String message) {
        return shown.lines().stream()
                .filter(line -> line.type().equals(Line.NOT_MOVED)
                        && line.text("message").equals(message))
                .findFirst();
    }

    private ObjectNode moved(Shown shown) {
        return schemas.object()
                .put("executionId", shown.order().id())
                .put("version", shown.order().version())
                .put("status", shown.status().id());
    }

    private void answer(Exchange x, Shown shown, boolean dryRun) {
        ObjectNode json = moved(shown);
        x.answer(200, dryRun ? json.put("dryRun", true) : json);
    }

    private void compare(Exchange x) throws Exception {
        JsonNode body = x.json();
        Shown shown = journaled(x, "compare");
        Deployed version = version(shown, body, true);
        Rehearsed rehearsed = durable.rehearsals().rehearse(shown, version);
        if (rehearsed instanceof Rehearsed.Unknown(String why)) {
            throw Refusal.of(ErrorType.INVALID_STATE, "Nothing can be said: " + why)
                    .with("currentStatus", shown.status().id());
        }
        ObjectNode json = schemas.object()
                .put("executionId", shown.order().id())
                .put("version", shown.order().version())
                .put("with", version.version().number());
        ObjectNode was = schemas.object().put("status", shown.status().id());
        shown.output().ifPresent(output -> was.set("output", schemas.parse(output)));
        shown.error().ifPresent(fault -> was.put("error", fault.message()));
        ObjectNode is = schemas.object();
        if (rehearsed instanceof Rehearsed.Ended(var output, var fault)) {
            output.ifPresent(it -> is.set("output", schemas.parse(it)));
            fault.ifPresent(it -> is.put("error", it.message()));
        }
        boolean goesOn = rehearsed instanceof Rehearsed.Same;
        boolean sameEnd = shown.status().ended() ? same(was, is) && !goesOn : goesOn;
        json.put("same", rehearsed.firstDifference().isEmpty() && sameEnd);
        ObjectNode output = json.putObject("output");
        output.set("was", was);
        output.set("is", is.put("goesOn", goesOn));
        rehearsed.firstDifference().ifPresent(it -> json.set("difference", Rehearsals.told(schemas, it)));
        x.answer(200, json);
    }

    private static boolean same(ObjectNode was, ObjectNode is) {
        return was.path("output").equals(is.path("output")) && was.path("error").equals(is.path("error"));
    }
}
