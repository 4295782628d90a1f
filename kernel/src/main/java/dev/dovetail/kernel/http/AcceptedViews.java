package dev.dovetail.kernel.http;

import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.spi.Name;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Accepted executions, for the routes that show all executions alike. */
final class AcceptedViews {
    private final Durable durable;
    private final ShownViews views;
    private final ControlRoutes control;

    AcceptedViews(Durable durable, ShownViews views, ControlRoutes control) {
        this.durable = durable;
        this.views = views;
        this.control = control;
    }

    Optional<Shown> find(Exchange x) throws InterruptedException {
        return durable.find(x.principal().tenant(), x.parameter("id"));
    }

    List<Shown> open(Name tenant, Predicate<Shown> fits, int limit) throws InterruptedException {
        return durable.open(tenant, fits, "", limit);
    }

    /** An execution, with what was made of it since. */
    ObjectNode execution(Shown shown) throws InterruptedException {
        ObjectNode json = views.execution(shown);
        Map<String, String> successors =
                durable.successors(shown.order().tenant(), shown.order().id());
        if (!successors.isEmpty()) {
            ArrayNode followed = json.putArray("followedBy");
            successors.forEach(
                    (id, how) -> followed.addObject().put("executionId", id).put("how", how));
        }
        return json;
    }

    ShownViews views() {
        return views;
    }

    ObjectNode summary(Shown shown) {
        return views.summary(shown);
    }

    void cancel(Exchange x) throws Exception {
        control.tell(x, "cancel");
    }
}
