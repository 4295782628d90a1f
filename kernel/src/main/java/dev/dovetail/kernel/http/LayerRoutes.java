package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import io.helidon.http.HeaderNames;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Layers: shared files, versioned. */
final class LayerRoutes {
    private static final String ALL = "/api/v1/layers";
    private static final String VERSIONS = ALL + "/{name}/versions";

    private final Catalog catalog;
    private final Schemas schemas;

    LayerRoutes(Catalog catalog, Schemas schemas) {
        this.catalog = catalog;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.add("GET", ALL, Permission.READ, 0, "List layers, each with its newest version", this::list);
        router.add(
                "POST", ALL, Permission.DEPLOY, FunctionRoutes.DEPLOY, "Add a version to a layer", "Layer", this::add);
        router.add("GET", VERSIONS, Permission.READ, 0, "List a layer's versions", this::versions);
        router.add(
                "POST",
                VERSIONS,
                Permission.DEPLOY,
                FunctionRoutes.DEPLOY,
                "Add a version to a layer",
                "Layer",
                this::add);
    }

    private void list(Exchange x) throws InterruptedException {
        answer(x, catalog.layers(x.principal().tenant()));
    }

    private void versions(Exchange x) throws InterruptedException {
        Name name = name(x.parameter("name"));
        List<JsonNode> versions = catalog.layerVersions(x.principal().tenant(), name);
        if (versions.isEmpty()) {
            throw Refusal.of(ErrorType.NOT_FOUND, "There is no layer \"" + name + "\"");
        }
        answer(x, versions);
    }

    private void answer(Exchange x, List<JsonNode> layers) {
        String after = Cursors.read(x);
        int limit = x.limit();
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        Optional<String> next = Optional.empty();
        for (JsonNode each : layers) {
            String place = place(each);
            if (place.compareTo(after) < 0) {
                continue;
            }
            if (items.size() == limit) {
                next = Optional.of(place);
                break;
            }
            items.add(shown(each));
        }
        Cursors.write(x, json, next);
        x.answer(200, json);
    }

    private static String place(JsonNode layer) {
        return layer.get("name").stringValue()
                + String.format(Locale.ROOT, "/%09d", layer.get("version").intValue());
    }

    private static ObjectNode shown(JsonNode layer) {
        ObjectNode json = ((ObjectNode) layer).deepCopy();
        json.remove("schema");
        json.put("layer", layer.get("name").stringValue() + ":" + layer.get("version"));
        return json;
    }

    private void add(Exchange x, boolean dryRun) throws Exception {
        FunctionRoutes.Upload upload = FunctionRoutes.Upload.of(x);
        JsonNode body = upload.body();
        Optional<Given> inPath = Optional.ofNullable(x.parameter("name")).map(value -> new Given("{name}", value));
        Name name = name(Given.one(List.of(inPath, Given.inQuery(x, "name"), Given.inBody(body, "name")))
                .orElse(""));
        byte[] archive = upload.archive().orElseGet(() -> zip(body.path("code").path("zip")));
        JsonNode made =
                catalog.addLayer(x.principal(), name, body.path("description").stringValue(""), archive, dryRun);
        if (dryRun) {
            x.answer(200, made);
            return;
        }
        x.header(HeaderNames.LOCATION, ALL + "/" + name + "/versions");
        x.answer(201, shown(made));
    }

    private static byte[] zip(JsonNode zip) {
        if (!zip.isString()) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/code/zip",
                    "expected a ZIP in base64, or a body of application/zip or multipart/form-data",
                    zip.isMissingNode() ? "nothing" : "something else");
        }
        try {
            return Base64.getDecoder().decode(zip.stringValue());
        } catch (IllegalArgumentException e) {
            throw Refusal.of(ErrorType.DEPLOY, "/code/zip is not base64: " + e.getMessage());
        }
    }

    private static Name name(String text) {
        return Name.find(text)
                .orElseThrow(() -> Refusal.field(
                        ErrorType.VALIDATION,
                        "/name",
                        "expected a lower-case letter, then up to 63 letters, digits and -",
                        "\"" + text + "\""));
    }
}
