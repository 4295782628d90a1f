package dev.dovetail.kernel.http;

import dev.dovetail.kernel.schema.Schemas;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The description of the API (OpenAPI 3.1), made from the routes that answer it, so that none is missing. */
final class OpenApi {
    private static final Pattern PARAMETER = Pattern.compile("\\{([a-zA-Z]+)}");

    /** Schemas of bodies that are kept as files, by name; others are free-form. */
    private static final Map<String, String> FILES =
            Map.of("Function", "function", "FunctionChange", "change", "Version", "version", "Alias", "alias");

    private final Schemas schemas;
    private final Bodies bodies;

    OpenApi(Schemas schemas) {
        this.schemas = schemas;
        this.bodies = new Bodies(schemas);
    }

    ObjectNode of(List<Route> routes) {
        ObjectNode json = schemas.object().put("openapi", "3.1.0");
        json.putObject("info")
                .put("title", "Dovetail")
                .put("version", "0.1.0")
                .put("description", "Functions and workflows, deployed and called over REST and JSON-RPC.")
                .putObject("license")
                .put("name", "Apache-2.0")
                .put("identifier", "Apache-2.0");
        json.putArray("servers").addObject().put("url", "/");
        ArrayNode security = json.putArray("security");
        security.addObject().putArray("bearer");
        security.addObject().putArray("apiKey");
        ObjectNode paths = json.putObject("paths");
        Map<String, ObjectNode> byPath = new TreeMap<>();
        routes.forEach(route -> byPath.computeIfAbsent(route.template(), any -> schemas.object())
                .set(route.method().toLowerCase(Locale.ROOT), operation(route)));
        byPath.forEach(paths::set);
        ObjectNode components = json.putObject("components");
        ObjectNode schemes = components.putObject("securitySchemes");
        schemes.putObject("bearer").put("type", "http").put("scheme", "bearer");
        schemes.putObject("apiKey").put("type", "apiKey").put("in", "header").put("name", "X-Api-Key");
        ObjectNode models = components.putObject("schemas");
        models.set("Problem", schemas.object("""
                {"type": "object", "description": "RFC 9457", "required": ["type", "title", "status", "code"],
                 "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
                   "detail": {"type": "string"}, "instance": {"type": "string"}, "code": {"type": "string"},
                   "owner": {"enum": ["function", "caller", "dependency", "platform"]}, "traceId": {"type": "string"},
                   "errors": {"type": "array", "items": {"type": "object", "properties": {"path": {"type": "string"},
                     "message": {"type": "string"}, "value": {"type": "string"}, "snippet": {"type": "string"},
                     "code": {"type": "string"}}}}}}"""));
        FILES.forEach((name, file) -> models.set(name, load(file)));
        bodies.all().forEach((name, shape) -> models.set(name, shape.schema()));
        components
                .putObject("responses")
                .putObject("Problem")
                .put("description", "What went wrong, and whose fault it was")
                .putObject("content")
                .putObject(Problems.MEDIA_TYPE)
                .putObject("schema")
                .put("$ref", "#/components/schemas/Problem");
        return json;
    }

    private ObjectNode load(String file) {
        try (InputStream in = dev.dovetail.kernel.catalog.Catalog.class.getResourceAsStream(file + ".schema.json")) {
            ObjectNode schema = (ObjectNode) schemas.parse(in.readAllBytes());
            return schema.without("$schema");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectNode operation(Route route) {
        ObjectNode json = schemas.object().put("operationId", id(route)).put("summary", route.summary());
        json.putArray("tags").add(tag(route));
        ArrayNode parameters = json.putArray("parameters");
        Matcher matcher = PARAMETER.matcher(route.template());
        while (matcher.find()) {
            parameters
                    .addObject()
                    .put("name", matcher.group(1))
                    .put("in", "path")
                    .put("required", true)
                    .putObject("schema")
                    .put("type", "string");
        }
        if (route.changes()) {
            parameters
                    .addObject()
                    .put("name", "dryRun")
                    .put("in", "query")
                    .put("description", "Check everything, and change nothing")
                    .putObject("schema")
                    .put("type", "boolean")
                    .put("default", false);
        }
        for (Queries.Parameter each : bodies.queries().of(route)) {
            parameters
                    .addObject()
                    .put("name", each.name())
                    .put("in", "query")
                    .put("description", each.description())
                    .set("schema", each.schema());
        }
        route.harmless().ifPresent(why -> json.put("description", why));
        if (route.needs().isEmpty()) {
            json.putArray("security");
        }
        if (route.largest() > 0) {
            json.set("requestBody", body(route.schema()));
        }
        ObjectNode responses = json.putObject("responses");
        responses
                .putObject("2XX")
                .put("description", "Done")
                .putObject("content")
                .putObject("application/json");
        responses.putObject("default").put("$ref", "#/components/responses/Problem");
        return json;
    }

    private ObjectNode body(Optional<String> schema) {
        ObjectNode body = schemas.object();
        ObjectNode content = body.putObject("content");
        if (schema.filter("Jar"::equals).isPresent()) {
            content.putObject("application/java-archive");
            return body;
        }
        if (schema.filter("Bundle"::equals).isPresent()) {
            content.putObject("application/zip");
            return body;
        }
        ObjectNode json = content.putObject("application/json");
        schema.filter(name -> FILES.containsKey(name) || bodies.all().containsKey(name))
                .ifPresent(name -> json.putObject("schema").put("$ref", "#/components/schemas/" + name));
        if (schema.filter(name -> name.equals("Function") || name.equals("Version"))
                .isPresent()) {
            content.putObject("application/zip");
            content.putObject("multipart/form-data");
        }
        return body;
    }

    private static String id(Route route) {
        String words = (route.method().toLowerCase(Locale.ROOT) + route.template())
                .replaceAll("[{}]", "")
                .replaceAll("[^A-Za-z0-9]+", "_");
        return words.endsWith("_") ? words.substring(0, words.length() - 1) : words;
    }

    private static String tag(Route route) {
        String path = route.template().startsWith("/api/v1/")
                ? route.template().substring(8)
                : route.template().substring(1);
        int slash = path.indexOf('/');
        return slash < 0 ? path : path.substring(0, slash);
    }
}
