package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.catalog.Entry;
import dev.dovetail.kernel.catalog.Version;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Digest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The six calls by which WebAssembly functions are deployed elsewhere, in their own words, translated into this system's. A
 * function that is made here is one like any other.
 */
final class FacadeRoutes {
    private static final int LARGEST = 10 * 1024 * 1024;
    private static final int MEMORY_MB = 128;
    private static final int TIMEOUT_SECONDS = 10;
    private static final int MOST_COUNTED = 20_000;
    private static final int DAYS = 7;
    private static final String MODULE = "main.wasm";
    private static final String ROOT = "/functions/v1";
    private static final String ONE = ROOT + "/{name}";
    private static final List<String> CONFIG = List.of("environment", "max_memory", "timeout");
    private static final List<String> CHANGE = List.of("config", "enabled");

    private final Catalog catalog;
    private final Records records;
    private final InvokeRoutes invoke;
    private final Schemas schemas;
    private final InstantSource clock;
    private final ModuleHashes hashes;

    FacadeRoutes(Catalog catalog, Records records, InvokeRoutes invoke, Schemas schemas, InstantSource clock) {
        this.catalog = catalog;
        this.records = records;
        this.invoke = invoke;
        this.schemas = schemas;
        this.clock = clock;
        this.hashes = new ModuleHashes(catalog, MODULE);
    }

    void addTo(Router router) {
        router.add(
                "POST",
                ROOT + "/deploy",
                Permission.DEPLOY,
                LARGEST + 65_536,
                "Deploy a WebAssembly module",
                "Module",
                this::deploy);
        router.add("GET", ONE, Permission.READ, 0, "Show a WebAssembly function", this::show);
        router.add("PATCH", ONE, Permission.DEPLOY, 65_536, "Change its configuration", "ModuleConfig", this::change);
        router.add("DELETE", ONE, Permission.DEPLOY, 0, "Delete a WebAssembly function", this::delete);
        router.add(
                "POST",
                ROOT + "/invoke/{name}",
                Permission.INVOKE,
                InvokeRoutes.LARGEST,
                "Call a WebAssembly function",
                "Input",
                this::invoke);
        router.add("GET", ONE + "/logs", Permission.READ, 0, "List its invocations", this::logs);
    }

    private interface Act {
        void run() throws Exception;
    }

    /** What is wrong with a module or a name is 400 here, and what may not be called now is not there. */
    private static void translated(Act act) throws Exception {
        try {
            act.run();
        } catch (Refusal e) {
            throw switch (e.type()) {
                case DEPLOY, VALIDATION -> Refusal.of(ErrorType.MALFORMED, e.detail(), e.problems());
                case NOT_ACTIVE -> Refusal.of(ErrorType.NOT_FOUND, e.detail());
                default -> e;
            };
        }
    }

    private void deploy(Exchange x, boolean dryRun) throws Exception {
        translated(() -> {
            FunctionRoutes.Upload upload = FunctionRoutes.Upload.of(x);
            JsonNode body = upload.body();
            byte[] module = upload.archive()
                    .orElseThrow(() -> Refusal.field(
                            ErrorType.MALFORMED,
                            "/wasm",
                            "expected a part \"wasm\" of multipart/form-data with the module",
                            "nothing"));
            if (module.length > LARGEST) {
                throw Refusal.of(
                        ErrorType.PAYLOAD_TOO_LARGE,
                        "The module has " + module.length + " bytes; the most is " + LARGEST);
            }
            ObjectNode function = schemas.object()
                    .put("name", body.path("name").stringValue(""))
                    .put("description", body.path("description").stringValue(""))
                    .put("runtime", "wasm")
                    .put("memoryMb", MEMORY_MB)
                    .put("timeoutSeconds", TIMEOUT_SECONDS);
            function.putObject("tags").put("trigger", body.path("trigger").stringValue("http"));
            configure(function, config(x, body.path("config")));
            Entry made = catalog.create(x.principal(), function, Optional.of(catalog.archive(MODULE, module)), dryRun)
                    .entry();
            x.answer(
                    dryRun ? 200 : 201,
                    schemas.object()
                            .put("id", made.function().gtsId())
                            .put("name", made.function().name().text())
                            .put("wasm_hash", Digest.of(module).hex())
                            .put("created_at", made.function().createdAt().toString()));
        });
    }

    /** The configuration as a part of the form is JSON text. */
    private JsonNode config(Exchange x, JsonNode given) {
        JsonNode config = given.isString()
                ? x.parse(given.stringValue().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                : given;
        knows(config, "/config/", CONFIG);
        return config;
    }

    private static void knows(JsonNode given, String at, List<String> fields) {
        for (String key : given.propertyNames()) {
            if (!fields.contains(key)) {
                throw Refusal.field(
                        ErrorType.MALFORMED,
                        at + key,
                        "unknown field; known are " + String.join(", ", fields),
                        given.get(key).toString());
            }
        }
    }

    private static void configure(ObjectNode change, JsonNode config) {
        if (config.has("timeout")) {
            change.set("timeoutSeconds", config.get("timeout"));
        }
        if (config.has("max_memory")) {
            change.set("memoryMb", config.get("max_memory"));
        }
        if (config.has("environment")) {
            change.set("environment", config.get("environment"));
        }
    }

    private void show(Exchange x) throws InterruptedException {
        Entry entry = catalog.require(x.principal().tenant(), x.parameter("name"));
        List<Execution> seen = seen(x, entry, "", MOST_COUNTED).executions();
        String hash =
                entry.newest().isPresent() ? hashes.of(entry.newest().get()).hex() : "";
        ObjectNode json = schemas.object()
                .put("id", entry.function().gtsId())
                .put("name", entry.function().name().text())
                .put("description", entry.function().description())
                .put("trigger", entry.function().tags().getOrDefault("trigger", "http"))
                .put("enabled", entry.active().isPresent())
                .put("wasm_hash", hash)
                .put("created_at", entry.function().createdAt().toString())
                .put("updated_at", entry.function().updatedAt().toString())
                .put("invocation_count", seen.size());
        entry.newest().ifPresent(newest -> addConfig(json.putObject("config"), newest));
        if (!seen.isEmpty()) {
            json.put("last_invocation", seen.getFirst().createdAt().toString());
        }
        x.answer(200, json);
    }

    private static void addConfig(ObjectNode config, Deployed deployed) {
        config.put("timeout", deployed.version().timeoutSeconds())
                .put("max_memory", deployed.version().memoryMb());
        ObjectNode environment = config.putObject("environment");
        deployed.version().environment().forEach(environment::put);
    }

    private Records.Found seen(Exchange x, Entry entry, String cursor, int limit) throws InterruptedException {
        Instant since = clock.instant().minus(DAYS, ChronoUnit.DAYS);
        return records.list(
                x.principal().tenant(),
                Optional.of(entry.function().name()),
                each -> true,
                Records.Between.since(since),
                cursor,
                limit);
    }

    private void change(Exchange x, boolean dryRun) throws Exception {
        translated(() -> {
            JsonNode body = x.json();
            knows(body, "/", CHANGE);
            Entry entry = catalog.require(x.principal().tenant(), x.parameter("name"));
            ObjectNode change = schemas.object();
            configure(change, config(x, body.path("config")));
            if (!change.isEmpty()) {
                entry = catalog.change(x.principal(), x.parameter("name"), change, false, dryRun)
                        .entry();
            }
            if (body.path("enabled").isBoolean()) {
                enable(x, entry, body.get("enabled").booleanValue(), dryRun);
            }
            show(x);
        });
    }

    private void enable(Exchange x, Entry entry, boolean enabled, boolean dryRun) throws InterruptedException {
        Version.State from = enabled ? Version.State.DISABLED : Version.State.ACTIVE;
        Version.State to = enabled ? Version.State.ACTIVE : Version.State.DISABLED;
        for (Deployed each : entry.versions()) {
            boolean newest = entry.newest().filter(it -> it == each).isPresent();
            if (each.version().state() == from && (!enabled || newest)) {
                catalog.transition(
                        x.principal(),
                        entry.function().name().text(),
                        each.version().text(),
                        to,
                        Optional.empty(),
                        dryRun);
            }
        }
    }

    private void delete(Exchange x, boolean dryRun) throws InterruptedException {
        catalog.require(x.principal().tenant(), x.parameter("name"));
        if (!dryRun) {
            catalog.delete(x.principal(), x.parameter("name"));
        }
        x.answerNothing();
    }

    private void invoke(Exchange x, boolean dryRun) throws Exception {
        translated(() -> {
            Entry entry = catalog.require(x.principal().tenant(), x.parameter("name"));
            if (entry.active().isEmpty()) {
                throw Refusal.of(ErrorType.NOT_FOUND, "\"" + entry.function().name() + "\" is disabled");
            }
            invoke.invoke(x, dryRun);
        });
    }

    /** What set it going: a caller who waited, one who read the answer as it came, or the queue of what was accepted. */
    private static String trigger(Execution execution) {
        return execution.mode().equals("sync") ? "http" : execution.mode();
    }

    private void logs(Exchange x) throws Exception {
        Entry entry = catalog.require(x.principal().tenant(), x.parameter("name"));
        Records.Found found = seen(x, entry, Cursors.ofHistory(x), x.limit());
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        for (Execution each : found.executions()) {
            ObjectNode item = items.addObject()
                    .put("id", each.id())
                    .put("trigger", trigger(each))
                    .put("status", each.status().name().toLowerCase(java.util.Locale.ROOT))
                    .put("duration_ms", Views.millis(each.duration()))
                    .put("memory_peak", each.usage().peakBytes())
                    .put("user_id", each.initiator())
                    .put("timestamp", each.createdAt().toString());
            each.error().ifPresent(error -> item.put("error_message", error.message()));
        }
        Cursors.write(x, json, found.next());
        x.answer(200, json);
    }
}
