package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.fleet.Fleet;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.plugin.GenerationView;
import dev.dovetail.kernel.plugin.PluginView;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.Removal;
import dev.dovetail.kernel.plugin.Uploaded;
import dev.dovetail.kernel.plugin.Verification;
import dev.dovetail.kernel.plugin.VersionState;
import dev.dovetail.kernel.schema.Schemas;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Plugins: listed, uploaded, checked, removed. */
final class PluginRoutes {
    private static final long JAR = 200L * 1024 * 1024;
    static final long SMALL = 64 * 1024;
    private static final String ALL = "/api/v1/plugins";
    static final String ONE = ALL + "/{id}";
    private static final HeaderName SIGNATURE = HeaderNames.create("X-Plugin-Signature");

    private final Plugins plugins;
    private final Fleet fleet;
    private final PluginViews views;
    private final Schemas schemas;

    PluginRoutes(Plugins plugins, Fleet fleet, Schemas schemas) {
        this.plugins = plugins;
        this.fleet = fleet;
        this.views = new PluginViews(plugins, fleet, schemas);
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
        router.addHarmless(
                ONE + ":verify",
                Permission.READ,
                SMALL,
                "Check a plugin's files against their digests",
                Optional.empty(),
                "The files are read, and what differs is told",
                this::verify);
    }

    private void list(Exchange x) {
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        plugins.list().forEach(each -> items.add(views.view(each)));
        ArrayNode refused = json.putArray("refusedFiles");
        plugins.refusedFiles().forEach(each -> {
            ObjectNode file = refused.addObject().put("file", each.file()).put("reason", each.reason());
            Views.time(file, "since", each.since());
        });
        x.answer(200, Cursors.whole(x, json));
    }

    private void show(Exchange x) throws InterruptedException {
        x.answer(200, views.whole(views.require(x)));
    }

    private void upload(Exchange x, boolean dryRun) throws Exception {
        Optional<String> signature = Given.one(List.of(Given.inHeader(x, SIGNATURE), Given.inQuery(x, "signature")));
        InputStream jar = new ByteArrayInputStream(x.body());
        switch (dryRun ? plugins.look(jar, signature) : fleet.take(jar, signature)) {
            case Uploaded.Taken taken -> {
                ObjectNode json = schemas.object()
                        .put("id", taken.id().text())
                        .put("version", taken.version())
                        .put("sha256", taken.sha256().hex())
                        .put("state", taken.state().word());
                if (dryRun) {
                    x.answer(200, json.put("dryRun", true));
                } else {
                    x.header(HeaderNames.LOCATION, ALL + "/" + taken.id());
                    x.answer(201, json);
                }
            }
            case Uploaded.Refused refused -> throw Refusal.of(ErrorType.DEPLOY, refused.reason());
        }
    }

    private void remove(Exchange x, boolean dryRun) throws Exception {
        Optional<String> version = x.query("version");
        if (version.isEmpty() && plugins.isIndispensable(views.id(x)) && !x.flag("force")) {
            throw Refusal.of(
                    ErrorType.CONFLICT,
                    views.id(x)
                            + " keeps what the system stores, and nothing is served without it; ?force=true takes it out all the same");
        }
        if (dryRun) {
            PluginView plugin = views.require(x);
            if (version.isPresent()
                    && PluginViews.versionOf(plugin, version.get()).state() == VersionState.ACTIVE) {
                throw Refusal.of(
                        ErrorType.CONFLICT,
                        plugin.id() + " " + version.get() + " is in use; put another version in use first");
            }
            x.answer(200, views.view(plugin).put("dryRun", true));
            return;
        }
        switch (version.isPresent() ? fleet.remove(views.id(x), version.get()) : fleet.remove(views.id(x))) {
            case Removal.Removed removed -> x.answerNothing();
            case Removal.Refused refused -> throw Refusal.of(ErrorType.CONFLICT, refused.reason());
            case Removal.Unknown unknown -> throw Refusal.of(ErrorType.NOT_FOUND, unknown.reason());
        }
    }

    private void generations(Exchange x) {
        views.require(x);
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        for (GenerationView each : plugins.generations(views.id(x))) {
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
        x.answer(200, Cursors.whole(x, json));
    }

    private void verify(Exchange x) throws Exception {
        views.require(x);
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        for (Verification each : plugins.verify(views.id(x))) {
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
