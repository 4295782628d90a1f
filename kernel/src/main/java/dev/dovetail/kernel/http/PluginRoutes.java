package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.plugin.Activation;
import dev.dovetail.kernel.plugin.GenerationView;
import dev.dovetail.kernel.plugin.PluginView;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.Removal;
import dev.dovetail.kernel.plugin.Uploaded;
import dev.dovetail.kernel.plugin.Verification;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.io.ByteArrayInputStream;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Plugins: listed, uploaded, activated, rolled back, removed. */
final class PluginRoutes {
    private static final long JAR = 200L * 1024 * 1024;
    private static final long SMALL = 64 * 1024;
    private static final String ALL = "/api/v1/plugins";
    private static final String ONE = ALL + "/{id}";
    private static final HeaderName SIGNATURE = HeaderNames.create("X-Plugin-Signature");

    private final Plugins plugins;
    private final Schemas schemas;

    PluginRoutes(Plugins plugins, Schemas schemas) {
        this.plugins = plugins;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.add("GET", ALL, Permission.READ, 0, "List plugins and their versions", this::list);
        router.add("POST", ALL, Permission.ADMINISTER, JAR, "Upload a plugin's JAR", "Jar", this::upload);
        router.add("GET", ONE, Permission.READ, 0, "Show a plugin", this::show);
        router.add("DELETE", ONE, Permission.ADMINISTER, 0, "Remove a plugin or one of its versions", this::remove);
        router.add(
                "GET",
                ONE + "/generations",
                Permission.READ,
                0,
                "Show the loaded copies of a plugin",
                this::generations);
        router.add(
                "POST",
                ONE + ":activate",
                Permission.ADMINISTER,
                SMALL,
                "Put a version in use",
                "Activate",
                this::activate);
        router.add(
                "POST",
                ONE + ":canary",
                Permission.ADMINISTER,
                SMALL,
                "Let a version serve some callers beside the active one",
                "Canary",
                this::canary);
        router.add(
                "POST",
                ONE + ":rollback",
                Permission.ADMINISTER,
                SMALL,
                "Go back to the version before",
                this::rollBack);
        router.add(
                "POST",
                ONE + ":verify",
                Permission.READ,
                SMALL,
                "Check a plugin's files against their digests",
                this::verify);
    }

    private void list(Exchange x) {
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        plugins.list().forEach(each -> items.add(view(each)));
        ArrayNode refused = json.putArray("refusedFiles");
        plugins.refusedFiles().forEach(each -> {
            ObjectNode file = refused.addObject().put("file", each.file()).put("reason", each.reason());
            Views.time(file, "since", each.since());
        });
        x.answer(200, json.putNull("nextCursor"));
    }

    private ObjectNode view(PluginView plugin) {
        ObjectNode json = schemas.object()
                .put("id", plugin.id().text())
                .put("state", plugin.state().word());
        plugin.active().ifPresent(active -> json.put("active", active));
        ArrayNode versions = json.putArray("versions");
        for (PluginView.VersionView each : plugin.versions()) {
            ObjectNode version = versions.addObject()
                    .put("version", each.version())
                    .put("sha256", each.sha256().hex())
                    .put("state", each.state().word());
            each.reason().ifPresent(reason -> version.put("reason", reason));
        }
        return json;
    }

    private Name id(Exchange x) {
        return Name.find(x.parameter("id")).orElseThrow(() -> unknown(x.parameter("id")));
    }

    private Refusal unknown(String id) {
        return Refusal.of(
                ErrorType.NOT_FOUND,
                "There is no plugin \"" + id + "\"; there are "
                        + plugins.list().stream()
                                .map(each -> each.id().text())
                                .sorted()
                                .toList());
    }

    private PluginView require(Exchange x) {
        return plugins.find(id(x)).orElseThrow(() -> unknown(x.parameter("id")));
    }

    private void show(Exchange x) {
        x.answer(200, view(require(x)));
    }

    private void upload(Exchange x) throws Exception {
        Optional<String> signature = x.header(SIGNATURE).or(() -> x.query("signature"));
        switch (plugins.take(new ByteArrayInputStream(x.body()), signature)) {
            case Uploaded.Taken taken -> {
                x.header(HeaderNames.LOCATION, ALL + "/" + taken.id());
                x.answer(
                        201,
                        schemas.object()
                                .put("id", taken.id().text())
                                .put("version", taken.version())
                                .put("sha256", taken.sha256().hex())
                                .put("state", taken.state().word()));
            }
            case Uploaded.Refused refused -> throw Refusal.of(ErrorType.DEPLOY, refused.reason());
        }
    }

    private void activate(Exchange x) throws Exception {
        JsonNode body = x.json();
        JsonNode version = body.path("version");
        if (!version.isString()) {
            throw Refusal.field(
                    ErrorType.VALIDATION, "/version", "expected a version such as \"0.1.0\"", version.toString());
        }
        boolean force = body.path("force").booleanValue(x.flag("force"));
        answer(x, plugins.activate(id(x), version.stringValue(), force));
    }

    private void canary(Exchange x) throws Exception {
        JsonNode body = x.json();
        if (body.path("end").booleanValue(false)) {
            plugins.endCanary(require(x).id());
            x.answer(200, view(require(x)));
            return;
        }
        JsonNode version = body.path("version");
        if (!version.isString() || body.has("percent") == body.has("tenant")) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "",
                    "expected \"version\" and either \"percent\" or \"tenant\", or \"end\": true",
                    body.toString());
        }
        answer(x, plugins.canary(id(x), version.stringValue(), body.has("tenant") ? tenant(body) : percent(body)));
    }

    private static Predicate<dev.dovetail.kernel.plugin.Route> tenant(JsonNode body) {
        Name tenant = Name.find(body.path("tenant").stringValue(""))
                .orElseThrow(() -> Refusal.field(
                        ErrorType.VALIDATION,
                        "/tenant",
                        "expected a tenant",
                        body.path("tenant").toString()));
        return route -> route.tenant().equals(tenant);
    }

    /** The same key goes the same way; callers without a key go by chance. */
    private static Predicate<dev.dovetail.kernel.plugin.Route> percent(JsonNode body) {
        int percent = body.path("percent").intValue(-1);
        if (percent < 0 || percent > 100) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/percent",
                    "expected 0 to 100",
                    body.path("percent").toString());
        }
        return route -> (route.stickyKey().isEmpty()
                        ? ThreadLocalRandom.current().nextInt(100)
                        : Math.floorMod(route.stickyKey().hashCode(), 100))
                < percent;
    }

    private void rollBack(Exchange x) throws Exception {
        answer(x, plugins.rollBack(id(x)));
    }

    private void answer(Exchange x, Activation activation) {
        switch (activation) {
            case Activation.Serving serving -> x.answer(200, view(require(x)).put("generation", serving.generation()));
            case Activation.Refused refused -> throw Refusal.of(ErrorType.DEPLOY, refused.reason());
            case Activation.Unknown unknown -> throw Refusal.of(ErrorType.NOT_FOUND, unknown.reason());
        }
    }

    private void remove(Exchange x) throws Exception {
        Optional<String> version = x.query("version");
        switch (version.isPresent() ? plugins.remove(id(x), version.get()) : plugins.remove(id(x))) {
            case Removal.Removed removed -> x.answerNothing();
            case Removal.Refused refused -> throw Refusal.of(ErrorType.CONFLICT, refused.reason());
            case Removal.Unknown unknown -> throw Refusal.of(ErrorType.NOT_FOUND, unknown.reason());
        }
    }

    private void generations(Exchange x) {
        require(x);
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        for (GenerationView each : plugins.generations(id(x))) {
            ObjectNode item = items.addObject()
                    .put("generation", each.generation())
                    .put("version", each.version())
                    .put("state", each.state().word())
                    .put("leases", each.leases())
                    .put("calls", each.calls())
                    .put("failures", each.failures())
                    .put("cutOff", each.cutOff());
            Views.time(item, "since", each.since());
        }
        x.answer(200, json.putNull("nextCursor"));
    }

    private void verify(Exchange x) throws Exception {
        require(x);
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        for (Verification each : plugins.verify(id(x))) {
            items.addObject()
                    .put("version", each.version())
                    .put("pinned", each.pinned().hex())
                    .put("found", each.found().hex())
                    .put("intact", each.intact())
                    .put("message", each.words());
        }
        x.answer(200, json);
    }
}
