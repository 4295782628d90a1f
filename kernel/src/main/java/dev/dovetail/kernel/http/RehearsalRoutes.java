package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.catalog.Entry;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Rehearsals;
import dev.dovetail.kernel.durable.Rehearsals.Checked;
import dev.dovetail.kernel.durable.Rehearsals.Wanted;
import dev.dovetail.kernel.durable.Rehearsed;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.plugin.PluginView;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.pool.Release;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tries new code on the journals of executions that are open, before it is put in use. */
final class RehearsalRoutes {
    private static final String CHECK = "/api/v1/functions/{name}/versions:check";
    private static final Set<String> OF_THE_CHECK = Set.of("version", "plugin", "executions", "limit", "cursor");
    private static final int MOST = 100;
    private static final int USUAL = 25;

    private final Catalog catalog;
    private final Durable durable;
    private final Plugins plugins;
    private final Schemas schemas;

    RehearsalRoutes(Catalog catalog, Durable durable, Plugins plugins, Schemas schemas) {
        this.catalog = catalog;
        this.durable = durable;
        this.plugins = plugins;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.addHarmless(
                CHECK,
                Permission.DEPLOY,
                FunctionRoutes.DEPLOY,
                "Try a version, a draft or a plugin version on the journals of open executions",
                Optional.empty(),
                "What is tried is answered from the journals, and nothing of it is kept",
                this::check);
    }

    private void check(Exchange x) throws Exception {
        FunctionRoutes.Upload upload = FunctionRoutes.Upload.of(x);
        if (!upload.body().isObject()) {
            throw Refusal.field(
                    ErrorType.MALFORMED, "", "expected an object", upload.body().toString());
        }
        ObjectNode body = (ObjectNode) upload.body();
        Entry entry = catalog.require(x.principal().tenant(), x.parameter("name"));
        Optional<Release> plugin = release(body);
        ObjectNode draft = body.deepCopy().without(OF_THE_CHECK);
        boolean drafted = !draft.isEmpty() || upload.archive().isPresent();
        if (body.has("version") && drafted) {
            throw Refusal.field(
                    ErrorType.MALFORMED,
                    "/" + draft.propertyNames().stream().findFirst().orElse("code"),
                    "expected either a version that is there, or what a new one is made of",
                    "both");
        }
        if (drafted) {
            Checked checked = catalog.tried(
                    x.principal(),
                    x.parameter("name"),
                    draft,
                    upload.archive(),
                    (version, launch) ->
                            run(x, entry, body, new Wanted(Optional.of(version), Optional.of(launch), plugin)));
            x.answer(200, shown(x, body, checked));
            return;
        }
        Optional<Deployed> version = body.has("version")
                ? Optional.of(catalog.require(
                        x.principal().tenant(),
                        x.parameter("name"),
                        body.get("version").asString()))
                : Optional.empty();
        if (version.isEmpty() && plugin.isEmpty()) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/version",
                    "expected a version, code of a new one, or a plugin version to try",
                    "nothing");
        }
        x.answer(200, shown(x, body, run(x, entry, body, new Wanted(version, Optional.empty(), plugin))));
    }

    private Checked run(Exchange x, Entry entry, ObjectNode body, Wanted wanted) throws InterruptedException {
        Optional<Given> given = Given.inBody(body, "cursor");
        Optional<String> cursor = Given.one(List.of(given, Given.inQuery(x, "cursor")));
        return durable.rehearsals()
                .check(
                        x.principal().tenant(),
                        entry.function().name(),
                        wanted,
                        executions(body.path("executions")),
                        Cursors.read(x, filters(body), given.isPresent() ? "/cursor" : "?cursor", cursor),
                        limit(body.path("limit")));
    }

    /** What of the body says which executions are tried, and on what; a draft may be sent as other bytes for each page. */
    private static String filters(ObjectNode body) {
        return body.path("version") + " " + body.path("plugin") + " " + body.path("executions");
    }

    private static int limit(JsonNode given) {
        if (given.isMissingNode()) {
            return USUAL;
        }
        if (!given.isIntegralNumber() || given.longValue() < 1 || given.longValue() > MOST) {
            throw Refusal.field(ErrorType.MALFORMED, "/limit", "expected a number from 1 to " + MOST, given.toString());
        }
        return given.intValue();
    }

    private static List<String> executions(JsonNode given) {
        List<String> ids = new ArrayList<>();
        if (!given.isMissingNode() && (!given.isArray() || given.size() > MOST)) {
            throw Refusal.field(
                    ErrorType.MALFORMED,
                    "/executions",
                    "expected the ids of " + MOST + " executions at most",
                    given.isArray() ? given.size() + " of them" : given.toString());
        }
        for (JsonNode each : given) {
            if (!each.isString()) {
                throw Refusal.field(ErrorType.MALFORMED, "/executions", "expected ids", each.toString());
            }
            ids.add(each.stringValue());
        }
        return ids.stream().distinct().toList();
    }

    /** The plugin version that is asked for, if one is. */
    private Optional<Release> release(ObjectNode body) {
        JsonNode given = body.path("plugin");
        if (given.isMissingNode()) {
            return Optional.empty();
        }
        String id = given.path("id").stringValue("");
        String version = given.path("version").stringValue("");
        Optional<PluginView> view = Name.find(id).flatMap(plugins::find);
        if (view.isEmpty()) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/plugin/id",
                    "expected an installed plugin; there are "
                            + plugins.list().stream().map(PluginView::id).toList(),
                    "\"" + id + "\"");
        }
        List<String> installed = view.get().versions().stream()
                .map(PluginView.VersionView::version)
                .toList();
        if (!installed.contains(version)) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/plugin/version",
                    "expected an installed version of it; there are " + installed,
                    "\"" + version + "\"");
        }
        return Optional.of(new Release(Name.of(id), version));
    }

    private ObjectNode shown(Exchange x, ObjectNode body, Checked checked) {
        ObjectNode json = schemas.object();
        int same = 0;
        ArrayNode differing = schemas.object().putArray("differing");
        ArrayNode skipped = schemas.object().putArray("skipped");
        for (Rehearsals.Tried each : checked.tried()) {
            switch (each.rehearsed()) {
                case Rehearsed.Same _, Rehearsed.Ended _ -> same++;
                case Rehearsed.Differs(var difference) ->
                    differing.addObject().put("executionId", each.id()).setAll(Rehearsals.told(schemas, difference));
                case Rehearsed.Unknown(String why) ->
                    skipped.addObject().put("executionId", each.id()).put("why", why);
            }
        }
        json.put("checked", same + differing.size()).put("same", same);
        json.set("differing", differing);
        json.set("skipped", skipped);
        Cursors.write(x, filters(body), json, checked.next());
        return json;
    }
}
