package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.telemetry.Telemetry;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads {@link Scaling} from JSON, of the API and of the store. */
final class Scalings {
    private static final Set<String> PERCENT = Set.of(Scaling.Metric.CPU, Scaling.Metric.MEMORY);

    private Scalings() {}

    /** What is left out is as it was. */
    static Scaling of(JsonNode json, Scaling was) {
        if (!json.isObject()) {
            return was;
        }
        Scaling scaling = new Scaling(
                json.path("minInstances").intValue(was.minInstances()),
                json.path("maxInstances").intValue(was.maxInstances()),
                json.path("targetConcurrency").intValue(was.targetConcurrency()),
                duration(json, "scaleUpCooldown", was.scaleUpCooldown()),
                duration(json, "scaleDownCooldown", was.scaleDownCooldown()),
                json.path("provisionedConcurrency").intValue(was.provisioned()),
                duration(json, "keepWarmInterval", was.keepWarm()),
                json.has("schedules") ? windows(json.get("schedules")) : was.schedules(),
                json.has("metrics") ? metrics(json.get("metrics")) : was.metrics(),
                json.path("predictiveWarming").booleanValue(was.predictive()));
        if (scaling.wantedAtMost() > scaling.maxInstances()) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/scaling/maxInstances",
                    "expected as many instances as are kept at least, which are " + scaling.wantedAtMost(),
                    String.valueOf(scaling.maxInstances()));
        }
        return scaling;
    }

    private static List<Scaling.Metric> metrics(JsonNode json) {
        List<Scaling.Metric> metrics = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            Scaling.Metric metric = new Scaling.Metric(
                    json.get(i).path("name").stringValue(""),
                    json.get(i).path("target").doubleValue(0));
            String path = "/scaling/metrics/" + i;
            if (metrics.stream().anyMatch(each -> each.name().equals(metric.name()))) {
                throw wrong(path + "/name", "each metric once", metric.name());
            }
            if (!PERCENT.contains(metric.name()) && !Telemetry.isValue(metric.name())) {
                throw wrong(
                        path + "/name",
                        "cpu, memory, or the name of a value that the code measures, such as orders.waiting: no sum (.total) and no"
                                + " distribution (.seconds, .milliseconds, .bytes, .amount)",
                        metric.name());
            }
            if (PERCENT.contains(metric.name()) && metric.target() > 100) {
                throw wrong(
                        path + "/target",
                        "a percentage up to 100",
                        json.get(i).get("target").toString());
            }
            metrics.add(metric);
        }
        return metrics;
    }

    private static List<Window> windows(JsonNode json) {
        List<Window> windows = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            windows.add(window(json.get(i), "/scaling/schedules/" + i));
        }
        return windows;
    }

    private static Window window(JsonNode json, String path) {
        String cron = json.path("cron").stringValue("");
        String zone = json.path("timezone").stringValue("UTC");
        String open = json.path("duration").stringValue("PT1M");
        String field = "/cron";
        try {
            Cron when = Cron.parse(cron);
            field = "/timezone";
            ZoneId where = ZoneId.of(zone);
            field = "/duration";
            Duration length = Duration.parse(open);
            if (length.compareTo(Window.LONGEST) > 0
                    || length.compareTo(Duration.ofMinutes(1)) < 0
                    || length.toSecondsPart() != 0
                    || length.toNanosPart() != 0) {
                throw wrong(path + field, "whole minutes, from PT1M to PT24H", open);
            }
            return new Window(when, where, length, json.path("min").intValue(1));
        } catch (Cron.NotCron e) {
            throw wrong(path + field, e.getMessage(), cron);
        } catch (DateTimeParseException e) {
            throw wrong(path + field, "an ISO-8601 duration such as PT10H", open);
        } catch (DateTimeException e) {
            throw wrong(path + field, "the name of a time zone such as Europe/Berlin", zone);
        }
    }

    private static Refusal wrong(String path, String expected, String value) {
        return Refusal.field(ErrorType.VALIDATION, path, "expected " + expected, value);
    }

    private static Duration duration(JsonNode json, String key, Duration was) {
        if (!json.has(key)) {
            return was;
        }
        try {
            return Duration.parse(json.get(key).stringValue());
        } catch (DateTimeParseException e) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/scaling/" + key,
                    "expected an ISO-8601 duration such as PT30S",
                    json.get(key).toString());
        }
    }
}
