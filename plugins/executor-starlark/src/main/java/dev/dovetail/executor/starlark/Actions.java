package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.json.JsonWriter;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Controllable;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.plugin.ExecutorProvider.ControlAction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What only this executor can do to a call that runs: tell what it used so far, and where it spends its time. */
record Actions(Inspection inspection) implements Controllable {
    static final List<ControlAction> ALL = List.of(
            new ControlAction(
                    "usage",
                    "tells how many steps the call has done, and how many bytes it has asked for",
                    "{\"type\": \"object\", \"additionalProperties\": false}"),
            new ControlAction(
                    "profile",
                    "looks for a while at where the call stands, each millisecond, and tells the lines where it was found most",
                    """
                    {"type": "object", "additionalProperties": false, "properties":
                      {"millis": {"type": "integer", "minimum": 10, "maximum": 10000, "default": 500}}}"""));

    private static final Pattern MILLIS = Pattern.compile("\"millis\"\\s*:\\s*(\\d+)");
    private static final Duration LOOK = Duration.ofMillis(1);
    private static final int USUAL_MILLIS = 500;
    private static final int MOST_LINES = 50;
    private static final long MOST_STEPS = 10_000;
    private static final long MOST_BYTES = 64 * 1024;

    /** A line of a function. */
    private record Spot(String function, Place place) {}

    @Override
    public Bytes control(String executionId, String action, Bytes payload) throws InterruptedException {
        return switch (action) {
            case "usage" -> usage(executionId);
            case "profile" -> profile(executionId, millis(payload));
            default ->
                throw new PluginException(PluginException.Kind.REJECTED, "There is no action \"" + action + "\"");
        };
    }

    private Bytes usage(String executionId) {
        Run run = inspection.run(executionId).orElseThrow(Actions::ended);
        return Bytes.utf8("{\"steps\": " + run.stepsUsed() + ", \"bytes\": " + run.bytesUsed() + "}");
    }

    private static PluginException ended() {
        return new PluginException(PluginException.Kind.REJECTED, "The call has ended");
    }

    /** The kernel has checked what it is. */
    private static int millis(Bytes payload) {
        Matcher found = MILLIS.matcher(payload.text());
        return found.find() ? Integer.parseInt(found.group(1)) : USUAL_MILLIS;
    }

    private Bytes profile(String executionId, int millis) throws InterruptedException {
        inspection.run(executionId).orElseThrow(Actions::ended);
        Map<Spot, Integer> seen = new HashMap<>();
        int looks = 0;
        for (long until = System.nanoTime() + millis * 1_000_000L; System.nanoTime() < until; looks++) {
            List<Outcome.Frame> stack = inspection.stack(executionId);
            if (stack.isEmpty()) {
                break; // it has ended meanwhile
            }
            seen.merge(new Spot(stack.getFirst().function(), stack.getFirst().place()), 1, Integer::sum);
            Thread.sleep(LOOK);
        }
        String lines = seen.entrySet().stream()
                .sorted(Map.Entry.<Spot, Integer>comparingByValue(Comparator.reverseOrder()))
                .limit(MOST_LINES)
                .map(each -> line(each.getKey(), each.getValue()))
                .collect(Collectors.joining(", "));
        return Bytes.utf8("{\"samples\": " + looks + ", \"lines\": [" + lines + "]}");
    }

    private static String line(Spot spot, int samples) {
        return "{\"function\": " + json(spot.function()) + ", \"file\": "
                + json(spot.place().file()) + ", \"line\": " + spot.place().line() + ", \"samples\": " + samples + "}";
    }

    private static String json(String text) {
        return new String(JsonWriter.write(new Run(MOST_STEPS, MOST_BYTES, ""), text), StandardCharsets.UTF_8);
    }
}
