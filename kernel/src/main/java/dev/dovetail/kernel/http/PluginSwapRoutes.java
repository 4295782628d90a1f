package dev.dovetail.kernel.http;

import static dev.dovetail.kernel.http.PluginRoutes.ONE;
import static dev.dovetail.kernel.http.PluginRoutes.SMALL;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.fleet.Fleet;
import dev.dovetail.kernel.fleet.Share;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.plugin.Activation;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Which version of a plugin is in use: put there, tried beside another, gone back to. */
final class PluginSwapRoutes {
    private final Plugins plugins;
    private final Fleet fleet;
    private final PluginViews views;

    PluginSwapRoutes(Plugins plugins, Fleet fleet, Schemas schemas) {
        this.plugins = plugins;
        this.fleet = fleet;
        this.views = new PluginViews(plugins, fleet, schemas);
    }

    void addTo(Router router) {
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
    }

    private void activate(Exchange x, boolean dryRun) throws Exception {
        JsonNode body = x.json();
        JsonNode version = body.path("version");
        if (!version.isString()) {
            throw Refusal.field(
                    ErrorType.VALIDATION, "/version", "expected a version such as \"0.1.0\"", version.toString());
        }
        boolean force = body.path("force").booleanValue(x.flag("force"));
        if (dryRun) {
            would(x, version.stringValue());
            return;
        }
        answer(x, fleet.activate(views.id(x), version.stringValue(), force));
    }

    private void canary(Exchange x, boolean dryRun) throws Exception {
        JsonNode body = x.json();
        if (body.path("end").booleanValue(false)) {
            Name id = views.require(x).id();
            if (!dryRun) {
                fleet.endCanary(id);
            }
            answer(x, dryRun);
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
        Share who = body.has("tenant") ? tenant(body) : percent(body);
        if (dryRun) {
            would(x, version.stringValue());
            return;
        }
        answer(x, fleet.canary(views.id(x), version.stringValue(), who));
    }

    private void answer(Exchange x, boolean dryRun) {
        ObjectNode json = views.view(views.require(x));
        x.answer(200, dryRun ? json.put("dryRun", true) : json);
    }

    /** Something would be done with this version, if it is there. */
    private void would(Exchange x, String version) {
        PluginViews.versionOf(views.require(x), version);
        answer(x, true);
    }

    private static Share tenant(JsonNode body) {
        Name tenant = Name.find(body.path("tenant").stringValue(""))
                .orElseThrow(() -> Refusal.field(
                        ErrorType.VALIDATION,
                        "/tenant",
                        "expected a tenant",
                        body.path("tenant").toString()));
        return new Share(Optional.of(tenant), 100);
    }

    private static Share percent(JsonNode body) {
        int percent = body.path("percent").intValue(-1);
        if (percent < 0 || percent > 100) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/percent",
                    "expected 0 to 100",
                    body.path("percent").toString());
        }
        return new Share(Optional.empty(), percent);
    }

    private void rollBack(Exchange x, boolean dryRun) throws Exception {
        if (dryRun) {
            would(
                    x,
                    plugins.previous(views.require(x).id())
                            .orElseThrow(() -> Refusal.of(
                                    ErrorType.DEPLOY,
                                    "No version of " + x.parameter("id") + " was in use before this one")));
            return;
        }
        answer(x, fleet.rollBack(views.id(x)));
    }

    private void answer(Exchange x, Activation activation) {
        switch (activation) {
            case Activation.Serving serving ->
                x.answer(200, views.view(views.require(x)).put("generation", serving.generation()));
            case Activation.Refused refused -> throw Refusal.of(ErrorType.DEPLOY, refused.reason());
            case Activation.Unknown unknown -> throw Refusal.of(ErrorType.NOT_FOUND, unknown.reason());
        }
    }
}
