package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.durable.journal.Gate;
import dev.dovetail.kernel.durable.journal.Gates;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import io.helidon.http.HeaderNames;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Gates of workflows: where they are held, what they hold, and letting it go on, with another output if wanted. */
final class GateRoutes {
    private static final String GATES = "/api/v1/executions/{id}/gates";
    private static final String GATE = GATES + "/{gid}";
    private static final long SMALL = 64 * 1024;
    /** More than an output may have, so that one that is too large is refused in words. */
    private static final long LARGEST = 2L * Gate.LARGEST_OUTPUT;

    /** So long it may take whoever carries an execution to hear of it; it is kept before. */
    private static final Duration HEARING = Duration.ofSeconds(5);

    private final Durable durable;
    private final Schemas schemas;

    GateRoutes(Durable durable, Schemas schemas) {
        this.durable = durable;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.add(
                "POST",
                GATES,
                Permission.DEBUG,
                SMALL,
                "Have a workflow held before or after a step",
                "Gate",
                this::set);
        router.add("GET", GATES, Permission.DEBUG, 0, "List the gates of a workflow, and what they hold", this::list);
        router.add(
                "PUT",
                GATE + "/release",
                Permission.DEBUG,
                LARGEST,
                "Let go on what a gate holds, with another output if wanted",
                "GateRelease",
                this::release);
        router.add("DELETE", GATE, Permission.DEBUG, 0, "Delete a gate, and let go on what it holds", this::delete);
    }

    /** Where a gate is released. */
    static String release(String execution, String gate) {
        return "/api/v1/executions/" + execution + "/gates/" + gate + "/release";
    }

    private Shown require(Exchange x) throws InterruptedException {
        String id = x.parameter("id");
        return durable.find(x.principal().tenant(), id).orElseThrow(() -> ControlRoutes.notAccepted(id));
    }

    /** One that may still be held. */
    private Shown open(Exchange x) throws InterruptedException {
        Shown shown = require(x);
        if (!shown.order().isWorkflow()) {
            throw Refusal.of(
                            ErrorType.INVALID_STATE,
                            "Not possible (gates): \"" + shown.order().function()
                                    + "\" is no workflow, and has no steps to be held at")
                    .with("currentStatus", shown.status().id());
        }
        if (shown.status().ended() || shown.status() == ExecutionStatus.COMPENSATING) {
            throw Refusal.of(
                            ErrorType.INVALID_STATE,
                            "Not possible (gates): the execution is "
                                    + shown.status().word())
                    .with("currentStatus", shown.status().id());
        }
        return shown;
    }

    private static Optional<Gate> find(Shown shown, String id) {
        return Gate.all(shown.lines()).stream()
                .filter(gate -> gate.id().equals(id))
                .findFirst();
    }

    private static Gate require(Exchange x, Shown shown) {
        String id = x.parameter("gid");
        return find(shown, id)
                .orElseThrow(() -> Refusal.of(
                        ErrorType.NOT_FOUND,
                        "There is no gate \"" + id + "\"; there are "
                                + Gate.all(shown.lines()).stream().map(Gate::id).toList()));
    }

    private void set(Exchange x, boolean dryRun) throws Exception {
        Gate.Wish wish = GateWishes.one(x.json(), "");
        Shown shown = open(x);
        String id = shown.order().id();
        if (Gate.all(shown.lines()).size() >= Gate.MOST) {
            throw Refusal.of(
                    ErrorType.QUOTA_EXCEEDED,
                    "The execution has " + Gate.MOST + " gates, and may have no more; delete some first");
        }
        if (dryRun) {
            x.answer(
                    200,
                    schemas.object()
                            .put("when", wish.when().word())
                            .put("step", wish.step())
                            .put("dryRun", true));
            return;
        }
        ObjectNode json =
                message(x, Gates.SET, wish.id()).put("when", wish.when().word()).put("step", wish.step());
        Shown after = tell(
                x,
                Gates.SET + "-" + wish.id(),
                json,
                now -> find(now, wish.id()).isPresent());
        ObjectNode answer = find(after, wish.id())
                .map(this::gate)
                .orElseGet(() -> schemas.object()
                        .put("id", wish.id())
                        .put("when", wish.when().word())
                        .put("step", wish.step())
                        .put("state", Gate.State.WAITING_FOR.word())
                        .put("by", by(x)));
        x.header(HeaderNames.LOCATION, "/api/v1/executions/" + id + "/gates/" + wish.id());
        x.answer(201, answer.put("executionId", id));
    }

    private static String by(Exchange x) {
        return x.principal().type() + "/" + x.principal().id();
    }

    private ObjectNode message(Exchange x, String kind, String gate) {
        return schemas.object().put("kind", kind).put("gate", gate).put("by", by(x));
    }

    /** Tells whoever carries it, and answers how it is once that has heard of it, or after a while. */
    private Shown tell(Exchange x, String message, ObjectNode json, Predicate<Shown> heard)
            throws InterruptedException {
        durable.tell(x.principal().tenant(), x.parameter("id"), message, json);
        Shown now = require(x);
        return heard.test(now)
                ? now
                : durable.await(x.principal().tenant(), x.parameter("id"), HEARING, heard)
                        .orElse(now);
    }

    private void list(Exchange x) throws Exception {
        Shown shown = require(x);
        ObjectNode json = schemas.object().put("executionId", shown.order().id());
        ArrayNode items = json.putArray("items");
        for (Gate gate : Gate.all(shown.lines())) {
            ObjectNode item = gate(gate);
            if (gate.state() == Gate.State.HELD) {
                holds(item, shown, gate);
            }
            items.add(item);
        }
        x.answer(200, Cursors.whole(x, json));
    }

    private ObjectNode gate(Gate gate) {
        ObjectNode json = schemas.object()
                .put("id", gate.id())
                .put("when", gate.when().word())
                .put("step", gate.step())
                .put("state", gate.state().word())
                .put("by", gate.by());
        Views.time(json, "since", gate.since());
        gate.call().ifPresent(number -> json.put("call", number));
        gate.releasedBy().ifPresent(who -> json.put("releasedBy", who));
        return json;
    }

    /** What it is given, and what it answered if it has; texts that are named like secrets are masked. */
    private void holds(ObjectNode item, Shown shown, Gate gate) {
        ObjectNode holds = schemas.object();
        for (Line line : shown.lines()) {
            if (gate.call().equals(Optional.of(line.number()))) {
                if (line.type().equals(Line.ASKED) && line.json().has("input")) {
                    holds.set("input", line.at("input"));
                } else if (line.type().equals(Line.HELD)) {
                    copy(line, "value", holds, "output");
                    copy(line, "fault", holds, "error");
                }
            }
        }
        item.set("holds", new Discreet(schemas).of(holds));
    }

    private static void copy(Line line, String from, ObjectNode to, String as) {
        if (line.json().has(from)) {
            to.set(as, line.at(from));
        }
    }

    private void release(Exchange x, boolean dryRun) throws Exception {
        JsonNode body = x.json();
        Shown shown = open(x);
        Gate gate = require(x, shown);
        if (body.has("output")) {
            Bytes output = schemas.bytes(body.get("output"));
            if (output.size() > Gate.LARGEST_OUTPUT) {
                throw Refusal.field(
                        ErrorType.VALIDATION,
                        "/output",
                        "expected at most " + Gate.LARGEST_OUTPUT + " bytes, as of a step's output",
                        output.size() + " bytes");
            }
        }
        if (gate.state() != Gate.State.HELD) {
            throw holdsNothing(gate);
        }
        ObjectNode json = message(x, Gates.RELEASE, gate.id());
        if (body.has("output")) {
            json.set("output", body.get("output"));
        }
        if (dryRun) {
            x.answer(200, gate(gate).put("dryRun", true));
            return;
        }
        String message = Gates.RELEASE + "-" + durable.newId();
        Shown after = tell(x, message, json, now -> released(now, gate).isPresent());
        Optional<Line> released = released(after, gate);
        if (released.isPresent() && !released.get().text("message").equals(message)) {
            throw holdsNothing(require(x, after)); // another was first
        }
        if (released.isEmpty() && after.status().ended()) {
            throw Refusal.of(
                            ErrorType.INVALID_STATE,
                            "The execution ended before: it is "
                                    + after.status().word())
                    .with("currentStatus", after.status().id());
        }
        x.answer(released.isPresent() ? 200 : 202, gate(find(after, gate.id()).orElse(gate)));
    }

    private static Optional<Line> released(Shown shown, Gate gate) {
        return shown.lines().stream()
                .filter(line ->
                        line.type().equals(Line.RELEASED) && line.text("gate").equals(gate.id()))
                .findFirst();
    }

    private static Refusal holdsNothing(Gate gate) {
        return Refusal.of(
                ErrorType.INVALID_STATE,
                gate.state() == Gate.State.RELEASED
                        ? "The gate \"" + gate.id() + "\" was released by "
                                + gate.releasedBy().orElse("somebody") + ", and holds nothing"
                        : "The gate \"" + gate.id() + "\" holds nothing: it waits for \"" + gate.step() + "\"");
    }

    private void delete(Exchange x, boolean dryRun) throws Exception {
        Shown shown = open(x);
        Gate gate = require(x, shown);
        if (!dryRun) {
            tell(
                    x,
                    Gates.DELETE + "-" + gate.id(),
                    message(x, Gates.DELETE, gate.id()),
                    now -> find(now, gate.id()).isEmpty());
        }
        x.answerNothing();
    }
}
