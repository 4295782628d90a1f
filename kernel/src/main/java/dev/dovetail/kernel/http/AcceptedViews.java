package dev.dovetail.kernel.http;

import dev.dovetail.kernel.cluster.Node;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Pauses;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.durable.journal.Gate;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Schemas;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Accepted executions, for the routes that show all executions alike. */
final class AcceptedViews {
    private final Durable durable;
    private final ShownViews views;
    private final Reasons reasons;
    private final ControlRoutes control;
    private final ApprovalRoutes approvals;
    private final Whereabouts whereabouts;
    private final Schemas schemas;

    AcceptedViews(
            Durable durable,
            ShownViews views,
            ControlRoutes control,
            ApprovalRoutes approvals,
            Whereabouts whereabouts,
            Schemas schemas) {
        this.whereabouts = whereabouts;
        this.durable = durable;
        this.views = views;
        this.reasons = new Reasons(schemas);
        this.control = control;
        this.approvals = approvals;
        this.schemas = schemas;
    }

    Optional<Shown> find(Exchange x) throws InterruptedException {
        return durable.find(x.principal().tenant(), x.parameter("id"));
    }

    Whereabouts whereabouts() {
        return whereabouts;
    }

    ShownViews views() {
        return views;
    }

    /** An execution, with what is asked of people and what was made of it since. */
    ObjectNode execution(Exchange x, Shown shown) throws InterruptedException {
        ObjectNode json = views.execution(shown);
        gates(json, shown);
        approvals.describe(json, shown, x);
        Map<String, String> successors =
                durable.successors(shown.order().tenant(), shown.order().id());
        if (!successors.isEmpty()) {
            ArrayNode followed = json.putArray("followedBy");
            successors.forEach(
                    (id, how) -> followed.addObject().put("executionId", id).put("how", how));
        }
        return json;
    }

    /** The gates that hold it, and how each is released. */
    private static void gates(ObjectNode json, Shown shown) {
        List<Gate> held = shown.status().ended()
                ? List.of()
                : Gate.all(shown.lines()).stream()
                        .filter(gate -> gate.state() == Gate.State.HELD)
                        .toList();
        if (held.isEmpty()) {
            return;
        }
        ArrayNode all = json.putArray("heldAt");
        for (Gate gate : held) {
            ObjectNode item = all.addObject()
                    .put("gate", gate.id())
                    .put("when", gate.when().word())
                    .put("step", gate.step())
                    .put("call", gate.call().orElse(-1L))
                    .put("by", gate.by());
            Views.time(item, "since", gate.since());
            item.put("release", "PUT " + GateRoutes.release(shown.order().id(), gate.id()));
        }
    }

    ObjectNode explain(Exchange x, Shown shown) throws InterruptedException {
        ObjectNode json = schemas.object()
                .put("executionId", shown.order().id())
                .put("status", shown.status().id());
        Optional<Node> carrier = shown.status().ended()
                ? Optional.empty()
                : whereabouts.carrier(shown.order().id());
        json.put("why", why(shown, carrier));
        carrier.ifPresent(node -> whereabouts.describe(json.putObject("carriedBy"), node));
        if (!shown.why().isEmpty()) {
            json.put("waitsFor", shown.why());
            shown.due().ifPresent(at -> Views.time(json, "due", at));
        }
        ShownViews.overdue(shown).ifPresent(at -> Views.time(json, "overdueSince", at));
        gates(json, shown);
        approvals.describe(json, shown, x);
        return json;
    }

    private String why(Shown shown, Optional<Node> carrier) {
        String owner = carrier.map(node -> "the node \"" + node.name() + "\"").orElse("no node now");
        String late = ShownViews.overdue(shown)
                .map(at -> "; it is kept although it should have been over by "
                        + shown.order().until())
                .orElse("");
        return pause(shown)
                        .map(pause -> "it is taken on and goes on later: " + pause.told() + "; POST "
                                + (pause.function().isPresent()
                                        ? "/api/v1/functions/"
                                                + pause.function().get()
                                        : "/api/v1/executions")
                                + ":resume lets it go on")
                        .orElseGet(() -> reasons.why(shown, owner))
                + late;
    }

    /** What keeps it from going on; one that was paused by itself has a reason of its own. */
    private Optional<Pauses.Pause> pause(Shown shown) {
        boolean asked = shown.why().equals("held")
                || shown.status() == ExecutionStatus.QUEUED && shown.why().isEmpty();
        return asked
                ? durable.pauses().find(shown.order().tenant(), shown.order().function())
                : Optional.empty();
    }

    void cancel(Exchange x, boolean dryRun) throws Exception {
        control.tell(x, "cancel", dryRun);
    }
}
