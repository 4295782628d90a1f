package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.plugin.RuntimeOffer;
import dev.dovetail.kernel.run.Work;
import dev.dovetail.kernel.schema.Problem;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.plugin.ExecutorProvider.ControlAction;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What only an execution's executor knows how to do to its running code. */
final class ControlActionRoutes {
    private static final String ONE = "/api/v1/executions/{id}";
    private static final long SMALL = 64 * 1024;

    private final OpenHere open;
    private final Schemas schemas;

    ControlActionRoutes(OpenHere open, Schemas schemas) {
        this.open = open;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.add(
                "GET",
                ONE + "/control-actions",
                Permission.DEBUG,
                0,
                "List what only its executor can do to an execution's code",
                this::list);
        router.add(
                "POST",
                ONE + ":adapter-control",
                Permission.DEBUG,
                SMALL,
                "Have its executor do something to an execution's running code",
                "ControlAction",
                this::control);
    }

    private void list(Exchange x) throws Exception {
        open.require(x);
        Optional<RuntimeOffer> offer = offer(x);
        ObjectNode json = schemas.object().put("executionId", x.parameter("id"));
        offer.ifPresent(it -> json.put("executor", it.plugin()));
        ArrayNode items = json.putArray("items");
        offer.map(RuntimeOffer::controls)
                .orElse(List.of())
                .forEach(each -> items.addObject()
                        .put("name", each.name())
                        .put("description", each.description())
                        .set("payloadSchema", schemas.parse(each.payloadSchema())));
        x.answer(200, Cursors.whole(x, json.putNull("nextCursor")));
    }

    /** Empty while its plugin is away. */
    private Optional<RuntimeOffer> offer(Exchange x) throws InterruptedException {
        Optional<Deployed> version = open.version(x);
        return version.flatMap(open.catalog()::findOffer);
    }

    private void control(Exchange x, boolean dryRun) throws Exception {
        open.require(x);
        Optional<RuntimeOffer> offer = offer(x);
        List<ControlAction> actions = offer.map(RuntimeOffer::controls).orElse(List.of());
        JsonNode body = x.json();
        String name = body.path("action").stringValue("");
        ControlAction action = actions.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(actions, body.path("action")));
        JsonNode payload = body.has("payload") ? body.get("payload") : schemas.object();
        List<Problem> problems = schemas.compile(schemas.parse(action.payloadSchema())).problems(payload).stream()
                .map(each -> each.under("/payload"))
                .toList();
        if (!problems.isEmpty()) {
            throw Refusal.of(ErrorType.VALIDATION, problems.getFirst().told(), problems);
        }
        Work work = open.running(x)
                .orElseThrow(() -> Refusal.of(
                        ErrorType.INVALID_STATE,
                        "The execution's code does not run now; GET " + ONE.replace("{id}", x.parameter("id"))
                                + "/explain says why"));
        ObjectNode json = schemas.object()
                .put("executionId", work.executionId())
                .put("executor", offer.map(RuntimeOffer::plugin).orElse(""))
                .put("action", name);
        if (!dryRun) {
            Bytes result = open.runs()
                    .debugging()
                    .control(work.executionId(), name, schemas.bytes(payload))
                    .orElseThrow(
                            () -> Refusal.of(ErrorType.INVALID_STATE, "The execution's code does not run any more"));
            json.set("result", schemas.parse(result));
        }
        x.answer(200, json);
    }

    private static Refusal unknown(List<ControlAction> actions, JsonNode given) {
        String expected = actions.isEmpty()
                ? "expected none: its executor has no actions of its own"
                : "expected "
                        + String.join(
                                " or ",
                                actions.stream().map(ControlAction::name).toList());
        return Refusal.field(ErrorType.VALIDATION, "/action", expected, given.toString());
    }
}
