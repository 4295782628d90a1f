package dev.dovetail.kernel.http;

import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/** Accepted executions, for the routes that show all executions alike. */
final class AcceptedViews {
    private final Durable durable;
    private final ShownViews views;
    private final ControlRoutes control;
    private final ApprovalRoutes approvals;
    private final Schemas schemas;

    AcceptedViews(Durable durable, ShownViews views, ControlRoutes control, ApprovalRoutes approvals, Schemas schemas) {
        this.durable = durable;
        this.views = views;
        this.control = control;
        this.approvals = approvals;
        this.schemas = schemas;
    }

    Optional<Shown> find(Exchange x) throws InterruptedException {
        return durable.find(x.principal().tenant(), x.parameter("id"));
    }

    List<Shown> open(Name tenant, Predicate<Shown> fits, int limit) throws InterruptedException {
        return durable.open(tenant, fits, "", limit);
    }

    ShownViews views() {
        return views;
    }

    ObjectNode summary(Shown shown) {
        return views.summary(shown);
    }

    ObjectNode execution(Exchange x, Shown shown) throws InterruptedException {
        ObjectNode json = views.execution(shown);
        approvals.describe(json, shown, x);
        return json;
    }

    ObjectNode explain(Exchange x, Shown shown) throws InterruptedException {
        ObjectNode json = schemas.object()
                .put("executionId", shown.order().id())
                .put("status", shown.status().id())
                .put("why", views.why(shown, "this system"));
        if (!shown.why().isEmpty()) {
            json.put("waitsFor", shown.why());
            shown.due().ifPresent(at -> Views.time(json, "due", at));
        }
        approvals.describe(json, shown, x);
        return json;
    }

    void cancel(Exchange x) throws Exception {
        control.tell(x, "cancel");
    }
}
