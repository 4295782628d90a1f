package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Alias;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.catalog.Entry;
import dev.dovetail.kernel.catalog.Findings;
import dev.dovetail.kernel.catalog.Function;
import dev.dovetail.kernel.catalog.Version;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.run.Work;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON that clients see of functions, versions, aliases and executions. */
final class Views {
    private final Schemas schemas;

    Views(Schemas schemas) {
        this.schemas = schemas;
    }

    ObjectNode function(Entry entry) {
        Function function = entry.function();
        ObjectNode json = schemas.object()
                .put("name", function.name().text())
                .put("kind", function.kind())
                .put("title", function.title())
                .put("description", function.description())
                .put("gtsId", function.gtsId())
                .put("owner", function.owner());
        texts(json.putObject("tags"), function.tags());
        entry.active().or(entry::newest).ifPresent(version -> addVersion(json, version));
        entry.active()
                .ifPresent(
                        version -> json.put("activeVersion", version.version().number()));
        entry.newest()
                .ifPresent(
                        version -> json.put("newestVersion", version.version().number()));
        json.put("maxConcurrent", function.maxConcurrent());
        function.scaling().json(json.putObject("scaling"));
        time(json, "createdAt", function.createdAt());
        time(json, "updatedAt", function.updatedAt());
        return json;
    }

    private void addVersion(ObjectNode json, Deployed deployed) {
        Version version = deployed.version();
        json.put("runtime", version.runtime())
                .put("handler", version.handler())
                .put("memoryMb", version.memoryMb())
                .put("timeoutSeconds", version.timeoutSeconds());
        texts(json.putObject("environment"), version.environment());
        ArrayNode layers = json.putArray("layers");
        version.layers().forEach(layer -> layers.add(layer.text()));
        version.secrets().forEach(json.putArray("secrets")::add);
        if (!version.contract().isEmpty()) {
            json.set("contract", deployed.contractJson());
        }
        if (!version.traits().isEmpty()) {
            json.set("traits", schemas.parse(version.traits()));
        }
    }

    ObjectNode version(Deployed deployed) {
        Version version = deployed.version();
        ObjectNode json = schemas.object()
                .put("function", deployed.function().name().text())
                .put("version", version.number())
                .put("versionString", version.text())
                .put("status", version.state().word())
                .put("semver", version.semver())
                .put("gtsId", version.gtsId())
                .put("codeSha256", version.code().hex())
                .put("codeSize", version.codeSize())
                .put("description", version.description())
                .put("createdBy", version.createdBy());
        addVersion(json, deployed);
        time(json, "createdAt", version.createdAt());
        version.publishedAt().ifPresent(at -> time(json, "publishedAt", at));
        version.deprecation().ifPresent(why -> {
            ObjectNode deprecation = json.putObject("deprecation").put("reason", why.reason());
            why.successor().ifPresent(successor -> deprecation.put("successor", successor));
            why.sunset().ifPresent(sunset -> time(deprecation, "sunset", sunset));
        });
        return json;
    }

    ObjectNode alias(Alias alias) {
        ObjectNode json = schemas.object().put("name", alias.name()).put("description", alias.description());
        if (alias.weights().size() == 1) {
            json.put("version", alias.weights().firstKey());
        }
        ObjectNode weights = json.putObject("weights");
        alias.weights().forEach((version, weight) -> weights.put(version.toString(), weight));
        json.put("provisionedConcurrency", alias.provisioned());
        time(json, "createdAt", alias.createdAt());
        time(json, "updatedAt", alias.updatedAt());
        return json;
    }

    void warnings(ObjectNode json, List<Problem> warnings) {
        if (warnings.isEmpty()) {
            return;
        }
        addProblems(json.putArray("warnings"), warnings);
    }

    /** What an executor says of a version. */
    void findings(ObjectNode json, Findings findings) {
        List<Problem> found = findings.problems();
        List<Problem> errors = found.stream()
                .filter(each -> each.severity() == Problem.Severity.ERROR)
                .toList();
        json.put("valid", errors.isEmpty());
        addProblems(json.putArray("errors"), errors);
        addProblems(
                json.putArray("warnings"),
                found.stream().filter(each -> !errors.contains(each)).toList());
        if (!findings.features().isEmpty()) {
            ArrayNode detected =
                    json.putObject("info").put("usesWorkflowPrimitives", true).putArray("detectedFeatures");
            findings.features().forEach(detected::add);
        }
    }

    private static void addProblems(ArrayNode list, List<Problem> problems) {
        for (Problem each : problems) {
            ObjectNode problem = list.addObject().put("code", each.code()).put("message", each.message());
            each.place().ifPresent(place -> problem.put("place", place.toString()));
            each.snippet().ifPresent(snippet -> problem.put("snippet", snippet));
            each.remedy().ifPresent(remedy -> problem.put("remedy", remedy));
        }
    }

    /** A version as other programs need to know it: by what it is called, what goes in and out, and what it is made of. */
    ObjectNode manifest(Deployed deployed) {
        Version version = deployed.version();
        ObjectNode json = schemas.object()
                .put("id", version.gtsId())
                .put("function", deployed.function().name().text())
                .put("kind", deployed.function().kind())
                .put("version", version.number())
                .put("semver", version.semver())
                .put("path", "/api/v1/functions/" + deployed.function().name() + "/invoke");
        json.putArray("methods").add("POST");
        addVersion(json, deployed);
        json.putObject("fingerprint").put("code", version.code().hex()).put("settings", settings(deployed));
        for (String none : List.of("hooks", "modules")) {
            json.putArray(none);
        }
        time(json, "createdAt", version.createdAt());
        return json;
    }

    /** The digest of all that a version is made of but its code. */
    private String settings(Deployed deployed) {
        ObjectNode settings = schemas.object();
        addVersion(settings, deployed);
        return schemas.digest(settings).hex();
    }

    /** An execution as it is in lists. */
    ObjectNode summary(Execution execution) {
        ObjectNode json = schemas.object()
                .put("id", execution.id())
                .put("status", execution.status().id())
                .put("function", execution.function().text())
                .put("version", execution.version())
                .put("plugin", execution.plugin())
                .put("mode", execution.mode())
                .put("initiator", execution.initiator())
                .put("correlationId", execution.correlationId());
        time(json, "startedAt", execution.createdAt());
        time(json, "finishedAt", execution.finishedAt());
        json.put("durationMs", millis(execution.duration()));
        return json;
    }

    ObjectNode execution(Execution execution) {
        ObjectNode json = summary(execution);
        json.put("traceId", execution.traceId()).put("coldStart", execution.coldStart());
        ObjectNode metrics = json.putObject("metrics");
        metrics.put("queuedMs", millis(execution.queued()))
                .put("durationMs", millis(execution.duration()))
                .put("billedDurationMs", (long) Math.ceil(millis(execution.duration())))
                .put("cpuTimeMs", millis(execution.usage().cpu()))
                .put("maxMemoryUsedMb", execution.usage().peakBytes() / 1024.0 / 1024.0)
                .put("steps", execution.usage().steps());
        execution.output().ifPresent(output -> json.set("output", schemas.parse(output)));
        if (execution.outputSize() > 0) {
            json.put("outputSize", execution.outputSize());
        }
        execution.error().ifPresent(fault -> json.set("error", fault(fault)));
        return json;
    }

    /** A plain call that is under way. */
    ObjectNode running(Work work) {
        ObjectNode json = schemas.object()
                .put("id", work.executionId())
                .put("status", ExecutionStatus.RUNNING.id())
                .put("function", work.version().id().function().text())
                .put("version", work.version().version().number())
                .put("mode", work.mode())
                .put("correlationId", work.correlationId())
                .put("traceId", work.trace().context().traceId());
        Views.time(json, "startedAt", work.createdAt());
        return json;
    }

    ObjectNode fault(Fault fault) {
        ObjectNode json = schemas.object()
                .put("id", fault.id())
                .put("message", fault.message())
                .put(
                        "category",
                        dev.dovetail.kernel.contract.ErrorType.of(fault.id())
                                .category()
                                .word())
                .put("owner", fault.owner().name().toLowerCase(java.util.Locale.ROOT));
        json.set("details", schemas.parse(fault.details()));
        fault.place().ifPresent(place -> json.put("place", place.toString()));
        return json;
    }

    ObjectNode logLine(Execution execution, Execution.LogLine line) {
        return logLine(execution.id(), execution.function(), execution.version(), line);
    }

    ObjectNode logLine(String id, Name function, int version, Execution.LogLine line) {
        ObjectNode json = schemas.object();
        time(json, "timestamp", line.at());
        json.put("level", line.level())
                .put("message", line.message())
                .put("executionId", id)
                .put("function", function.text())
                .put("version", version);
        if (!line.fields().equals("{}")) {
            json.set("fields", schemas.parse(line.fields()));
        }
        return json;
    }

    static void time(ObjectNode json, String key, Instant at) {
        json.put(key, at.truncatedTo(ChronoUnit.MILLIS).toString());
    }

    static double millis(Duration duration) {
        return duration.toNanos() / 1_000 / 1_000.0;
    }

    private static void texts(ObjectNode json, Map<String, String> texts) {
        new TreeMap<>(texts).forEach(json::put);
    }
}
