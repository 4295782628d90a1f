package dev.dovetail.executor.flow.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.dovetail.executor.flow.plan.Work;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostNote;
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
                        look(calling, line, wait, waits, events, vars);
                        if (listen.all() ? waits.stream().allMatch(each -> each.met) : !events.isEmpty()) {
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

    /** The host gives an event to one of several waits for its type; it is for the first of them that it fits. */
    private static void look(Calling calling, Line line, Wait given, List<Wait> waits, ArrayNode events, Vars vars) {
        JsonNode event = Calling.valueOf(given.ticket.reply());
        for (Wait each : waits) {
            if (!each.met && each.type.equals(given.type) && fits(calling, each, vars.on(event))) {
                Ticket open = each.ticket;
                each.ticket = given.ticket;
                given.ticket = open;
                each.met = true;
                events.add(event);
                return;
            }
        }
        given.ticket = calling.expect(line, given.type);
    }

    /** Anybody may send anything: an event on which the expression fails is none that fits. */
    private static boolean fits(Calling calling, Wait wait, Vars event) {
        try {
            return wait.filter.data().map(event::truth).orElse(true);
        } catch (Raised e) {
            String told = "An event of the type \"" + wait.type + "\" is passed over: " + e.getMessage();
            calling.tell(new HostNote.Log(System.Logger.Level.WARNING, told, Bytes.utf8("{}")));
            return false;
        }
    }
}
