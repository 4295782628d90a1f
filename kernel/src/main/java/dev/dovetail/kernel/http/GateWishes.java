package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.journal.Gate;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.spi.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** Gates as requests ask for them. */
final class GateWishes {
    private GateWishes() {}

    /**
     * What the field {@code gates} of a body asks for, if it has one.
     *
     * @throws Refusal if it asks for what is no gate, or the caller may not hold executions
     */
    static List<Gate.Wish> of(Exchange x, JsonNode body) {
        JsonNode all = body.path("gates");
        if (all.isMissingNode()) {
            return List.of();
        }
        if (!x.principal().may(Permission.DEBUG)) {
            throw Refusal.of(
                    ErrorType.PERMISSION_DENIED,
                    "gates needs the permission " + Permission.DEBUG.word() + ", which "
                            + x.principal().type() + " \"" + x.principal().id() + "\" lacks");
        }
        if (!all.isArray() || all.size() > Gate.MOST) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/gates",
                    "expected a list of at most " + Gate.MOST + " of {when, step}",
                    all.isArray() ? all.size() + " of them" : all.toString());
        }
        List<Gate.Wish> wishes = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            wishes.add(one(all.get(i), "/gates/" + i));
        }
        return wishes;
    }

    /** @param at where it was given */
    static Gate.Wish one(JsonNode gate, String at) {
        JsonNode when = gate.path("when");
        JsonNode step = gate.path("step");
        Gate.When found = Gate.When.find(when.stringValue(""))
                .orElseThrow(() ->
                        Refusal.field(ErrorType.VALIDATION, at + "/when", "expected before or after", given(when)));
        String name = step.stringValue("");
        if (name.isBlank() || name.length() > Gate.LONGEST_STEP) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    at + "/step",
                    "expected the label of a step or the name of what is called, 1 to " + Gate.LONGEST_STEP
                            + " characters",
                    given(step));
        }
        return new Gate.Wish(id(), found, name);
    }

    private static String given(JsonNode value) {
        String text = value.toString();
        return value.isMissingNode() ? "nothing" : text.length() > 100 ? text.substring(0, 100) + "..." : text;
    }

    /** Short, since people type it: it has to differ only from those of its execution. */
    private static String id() {
        byte[] random = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
        return "g" + Digest.of(random).hex().substring(0, 10);
    }
}
