package dev.dovetail.kernel.http;

import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Shown;
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
