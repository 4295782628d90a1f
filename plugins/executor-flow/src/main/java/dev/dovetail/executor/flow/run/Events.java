package dev.dovetail.executor.flow.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.dovetail.executor.flow.plan.Work;
import java.util.ArrayList;
import java.util.List;

/** Waits for events. */
final class Events {
    private Events() {}

    private static final class Wait {
        final String type;
        final Work.Filter filter;
        Ticket ticket;
        boolean met;

        Wait(String type, Work.Filter filter, Ticket ticket) {
            this.type = type;
            this.filter = filter;
            this.ticket = ticket;
        }
    }

    /** The data of the events that came, in the order in which they did. */
    static JsonNode listen(Calling calling, Line line, Work.Listen listen, Vars vars) {
        ArrayNode events = JsonNodeFactory.instance.arrayNode();
        List<Wait> waits = new ArrayList<>();
        try {
            for (Work.Filter filter : listen.filters()) {
                JsonNode type = filter.type().in(vars);
                if (!type.isTextual()) {
                    throw Raised.expression("the type of an event to listen to is " + type + "; expected text");
                }
                waits.add(new Wait(type.textValue(), filter, calling.expect(line, type.textValue())));
            }
            while (true) {
                calling.until(line, () -> waits.stream().anyMatch(wait -> !wait.met && wait.ticket.answered()));
                for (Wait wait : waits) {
                    if (!wait.met && wait.ticket.answered()) {
                        look(calling, line, wait, events, vars);
                        if (wait.met && (!listen.all() || waits.stream().allMatch(each -> each.met))) {
                            return events;
                        }
                    }
                }
            }
        } finally {
            // an event that comes to one of these later is not lost: see Calling.expect
            waits.stream().filter(wait -> !wait.met).forEach(wait -> calling.leave(wait.ticket));
        }
    }

    private static void look(Calling calling, Line line, Wait wait, ArrayNode events, Vars vars) {
        JsonNode event = Calling.valueOf(wait.ticket.reply());
        if (wait.filter.data().map(vars.on(event)::truth).orElse(true)) {
            wait.met = true;
            events.add(event);
        } else {
            wait.ticket = calling.expect(line, wait.type);
        }
    }
}
