package dev.dovetail.executor.flow.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.executor.flow.plan.Kit;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a workflow asks of the system itself, and tells it: calls of {@code dovetail.now} and its like. */
final class Questions {
    private static final Map<String, System.Logger.Level> LEVELS = Map.of(
            "trace", System.Logger.Level.TRACE,
            "debug", System.Logger.Level.DEBUG,
            "info", System.Logger.Level.INFO,
            "warning", System.Logger.Level.WARNING,
            "error", System.Logger.Level.ERROR);

    private final Launch launch;
    private final String execution;

    Questions(Launch launch, String execution) {
        this.launch = launch;
        this.execution = execution;
    }

    /** @param input what a task gives that only tells something */
    JsonNode ask(Calling calling, Line line, String function, JsonNode with, JsonNode input) {
        if (!with.isObject()) {
            throw Raised.expression("with of " + function + " is " + with + "; expected an object");
        }
        return switch (function) {
            case "dovetail.now" -> calling.value(line, new HostCall.Now());
            case "dovetail.random" -> calling.value(line, new HostCall.Random(text(with, "label")));
            case "dovetail.approval" -> calling.value(line, approval(with));
            case "dovetail.signal", "dovetail.checkpoint" -> {
                String name = function.substring(function.indexOf('.') + 1);
                calling.value(line, new HostCall.Other(name, 1, Json.bytes(with)));
                yield input;
            }
            default -> {
                tell(calling, function, with);
                yield input;
            }
        };
    }

    private void tell(Calling calling, String function, JsonNode with) {
        switch (function) {
            case "dovetail.log" -> calling.tell(log(with));
            case "dovetail.progress" -> {
                double fraction = with.path("fraction").asDouble(-1);
                if (!(fraction >= 0 && fraction <= 1)) {
                    throw Raised.expression(
                            "the fraction is " + with.path("fraction") + "; expected a number from 0 to 1");
                }
                calling.tell(
                        new HostNote.Progress(fraction, text(with, "message").orElse("")));
            }
            case "dovetail.print" -> {
                if (!calling.replaying()) {
                    text(with, "text")
                            .orElse("")
                            .lines()
                            .forEach(each -> launch.logs().line(Optional.of(execution), each));
                }
            }
            default ->
                throw new IllegalStateException("No such function, though the document was checked: " + function);
        }
    }

    private static HostNote log(JsonNode with) {
        String level = text(with, "level").orElse("info").toLowerCase(Locale.ROOT);
        if (!LEVELS.containsKey(level)) {
            throw Raised.expression("the level is \"" + level + "\"; expected trace, debug, info, warning or error");
        }
        JsonNode fields = with.path("fields").isObject() ? with.path("fields") : Json.object();
        return new HostNote.Log(LEVELS.get(level), text(with, "message").orElse(""), Json.bytes(fields));
    }

    private static HostCall approval(JsonNode with) {
        ObjectNode arguments = Json.object().put("name", text(with, "name").orElse(""));
        text(with, "message").ifPresent(message -> arguments.put("message", message));
        JsonNode timeout = with.path("timeout");
        if (!timeout.isMissingNode() && !timeout.isNull()) {
            Duration patience = Kit.duration(timeout)
                    .orElseThrow(() -> Raised.expression(
                            "the timeout is " + timeout + "; expected a duration, such as PT1H or {hours: 1}"));
            arguments.put("timeoutMs", patience.toMillis());
        }
        return new HostCall.Other("approval", 1, Json.bytes(arguments));
    }

    private static Optional<String> text(JsonNode with, String name) {
        JsonNode value = with.path(name);
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(Json.shown(value));
    }
}
