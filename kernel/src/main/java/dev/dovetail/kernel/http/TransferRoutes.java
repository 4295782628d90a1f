package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.catalog.Entry;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Permission;
import io.helidon.http.HeaderNames;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Functions that go from one server to another, as bundles. */
final class TransferRoutes {
    private static final String ZIP = "application/zip";

    private final Catalog catalog;
    private final Views views;

    TransferRoutes(Catalog catalog, Views views) {
        this.catalog = catalog;
        this.views = views;
    }

    void addTo(Router router) {
        router.add(
                "GET",
                "/api/v1/functions/{name}:export",
                Permission.DEPLOY,
                0,
                "Answer a function as a bundle: a ZIP with its versions, code, aliases and settings",
                this::export);
        router.add(
                "POST",
                "/api/v1/functions:import",
                Permission.DEPLOY,
                FunctionRoutes.DEPLOY,
                "Make a function of a bundle, all of it or nothing",
                "Bundle",
                this::take);
    }

    private void export(Exchange x) throws Exception {
        Entry entry = catalog.require(x.principal().tenant(), x.parameter("name"));
        List<String> named = x.queries("version");
        Set<Deployed> wanted = new HashSet<>();
        for (String each : named) {
            wanted.add(catalog.require(x.principal().tenant(), x.parameter("name"), each));
        }
        byte[] bundle = catalog.transfers().export(entry, each -> named.isEmpty() || wanted.contains(each));
        x.header(
                HeaderNames.CONTENT_DISPOSITION,
                "attachment; filename=\"" + entry.function().name() + ".zip\"");
        x.answer(200, ZIP, bundle);
    }

    private void take(Exchange x, boolean dryRun) throws Exception {
        if (!x.mediaType().equals(ZIP)) {
            throw Refusal.of(
                    ErrorType.UNSUPPORTED_MEDIA_TYPE, "The body is \"" + x.mediaType() + "\"; expected " + ZIP);
        }
        Catalog.Changed made = catalog.transfers().take(x.principal(), x.body(), x.flag("replace"), dryRun);
        ObjectNode json = views.function(made.entry());
        ArrayNode versions = json.putArray("versions");
        made.entry().versions().forEach(each -> versions.add(each.version().number()));
        made.entry().aliases().keySet().stream().sorted().forEach(json.putArray("aliases")::add);
        views.warnings(json, made.warnings());
        if (dryRun) {
            x.answer(200, json.put("dryRun", true));
        } else {
            x.header(
                    HeaderNames.LOCATION,
                    "/api/v1/functions/" + made.entry().function().name());
            x.answer(201, json);
        }
    }
}
