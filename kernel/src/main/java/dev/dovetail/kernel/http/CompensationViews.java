package dev.dovetail.kernel.http;

import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Registered;
import dev.dovetail.kernel.durable.journal.Story;
import dev.dovetail.kernel.host.Compensation;
import dev.dovetail.kernel.schema.Schemas;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a plain call registered to be called if it fails, in the order of the calls, and what became of it. */
final class CompensationViews {
    private final Views views;
    private final Schemas schemas;

    CompensationViews(Views views, Schemas schemas) {
        this.views = views;
        this.schemas = schemas;
    }

    /** Nothing if nothing was registered. */
    void addTo(ObjectNode json, List<Line> lines) {
        List<Compensation> all = Registered.all(lines, schemas::bytes);
        if (all.isEmpty()) {
            return;
        }
        ArrayNode array = json.putArray("compensations");
        for (Compensation each : all) {
            ObjectNode view = array.addObject().put("function", each.callable()).put("status", "registered");
            each.version().ifPresent(version -> view.put("version", version));
        }
        Story story = Story.of(schemas, lines);
        for (Line line : lines) {
            if (line.json().has("execution") && array.get((int) line.whole("attempt") - 1) instanceof ObjectNode view) {
                view.put("executionId", line.text("execution"));
                if (line.type().equals(Line.HANDLING)) {
                    view.put("status", "running");
                } else {
                    boolean failed = line.json().has("fault");
                    view.put("status", failed ? "failed" : "succeeded");
                    if (failed) {
                        view.set("error", views.fault(story.fault(line)));
                    }
                }
            }
        }
    }
}
