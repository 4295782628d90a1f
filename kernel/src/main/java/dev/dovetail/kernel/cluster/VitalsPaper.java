package dev.dovetail.kernel.cluster;

import dev.dovetail.spi.Name;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How vitals lie in a beat. */
final class VitalsPaper {
    private VitalsPaper() {}

    static void write(Vitals vitals, ObjectNode json) {
        json.put("startedAt", vitals.startedAt().toString())
                .put("serves", vitals.serves())
                .put("processors", vitals.processors())
                .put("cpuLoad", vitals.cpuLoad())
                .put("memoryUsedMb", vitals.memoryUsedMb())
                .put("memoryMaxMb", vitals.memoryMaxMb())
                .put("memoryPromisedMb", vitals.memoryPromisedMb())
                .put("callsUnderWay", vitals.callsUnderWay())
                .put("executionsUnderWay", vitals.executionsUnderWay())
                .put("executionsQueued", vitals.executionsQueued());
        ObjectNode troubles = json.putObject("troubles");
        new TreeMap<>(vitals.troubles()).forEach(troubles::put);
        Vitals.Metrics metrics = vitals.metrics();
        json.putObject("metrics")
                .put("invocations", metrics.invocations())
                .put("failed", metrics.failed())
                .put("coldStarts", metrics.coldStarts())
                .put("took", metrics.took().toString())
                .put("tookCold", metrics.tookCold().toString());
        ArrayNode warm = json.putArray("warm");
        vitals.warm()
                .forEach(each -> warm.addObject()
                        .put("tenant", each.tenant().text())
                        .put("function", each.function().text())
                        .put("version", each.version())
                        .put("instances", each.instances()));
    }

    /** Nothing where there are none, or where a kernel of another version wrote them in another way. */
    static Optional<Vitals> read(JsonNode json) {
        if (!json.isObject()) {
            return Optional.empty();
        }
        try {
            JsonNode metrics = json.required("metrics");
            List<Vitals.Warm> warm = json.required("warm")
                    .valueStream()
                    .map(each -> new Vitals.Warm(
                            Name.of(each.required("tenant").stringValue()),
                            Name.of(each.required("function").stringValue()),
                            each.required("version").intValue(),
                            each.required("instances").intValue()))
                    .toList();
            Map<String, String> troubles = new HashMap<>();
            json.required("troubles")
                    .properties()
                    .forEach(each -> troubles.put(each.getKey(), each.getValue().stringValue()));
            return Optional.of(new Vitals(
                    Instant.parse(json.required("startedAt").stringValue()),
                    json.required("serves").booleanValue(),
                    troubles,
                    json.required("processors").intValue(),
                    json.required("cpuLoad").doubleValue(),
                    json.required("memoryUsedMb").longValue(),
                    json.required("memoryMaxMb").longValue(),
                    json.required("memoryPromisedMb").longValue(),
                    json.required("callsUnderWay").intValue(),
                    json.required("executionsUnderWay").longValue(),
                    json.required("executionsQueued").longValue(),
                    new Vitals.Metrics(
                            metrics.required("invocations").longValue(),
                            metrics.required("failed").longValue(),
                            metrics.required("coldStarts").longValue(),
                            Duration.parse(metrics.required("took").stringValue()),
                            Duration.parse(metrics.required("tookCold").stringValue())),
                    warm));
        } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
