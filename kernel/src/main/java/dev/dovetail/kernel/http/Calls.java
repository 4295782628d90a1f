package dev.dovetail.kernel.http;

import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.schema.Schemas;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an execution asked the system, in order, and what it was answered.
 *
 * @param value what is shown of a value
 * @param address what is shown of an address
 */
record Calls(UnaryOperator<JsonNode> value, UnaryOperator<String> address) {
    private static final List<String> ASKED = List.of("label", "input", "method", "callable", "place");

    /** As they were. */
    static Calls plain() {
        return new Calls(UnaryOperator.identity(), UnaryOperator.identity());
    }

    /** Without what is named like a secret. */
    static Calls discreet(Schemas schemas) {
        return new Calls(new Discreet(schemas)::of, Discreet::address);
    }

    /** Adds the calls from one number, counted from 0, to before another; answers how many there are in all. */
    int add(ArrayNode calls, Shown shown, int from, int to) {
        Map<Long, ObjectNode> open = new HashMap<>();
        Map<Long, Long> askedAt = new HashMap<>();
        int count = 0;
        for (Line line : shown.lines()) {
            if (line.type().equals(Line.ASKED)) {
                if (count >= from && count < to) {
                    open.put(line.number(), asked(calls.addObject(), line));
                    askedAt.put(line.number(), line.at());
                }
                count++;
            } else if (line.type().equals(Line.ANSWERED) && open.containsKey(line.number())) {
                answered(open.get(line.number()), line, line.at() - askedAt.get(line.number()));
            }
        }
        return count;
    }

    private ObjectNode asked(ObjectNode call, Line line) {
        call.put("number", line.number()).put("call", line.text("call"));
        for (String key : ASKED) {
            if (line.json().has(key)) {
                call.set(key, value.apply(line.json().get(key)));
            }
        }
        if (line.json().has("uri")) {
            call.put("uri", address.apply(line.text("uri")));
        }
        Views.time(call, "at", Instant.ofEpochMilli(line.at()));
        return call;
    }

    private void answered(ObjectNode call, Line line, long millis) {
        ObjectNode response = call.put("durationMs", millis).putObject("response");
        if (line.json().has("fault")) {
            response.set("error", value.apply(line.json().get("fault")));
        } else {
            response.set("result", value.apply(line.json().path("value")));
        }
    }
}
