package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The catalog's records as documents in the store. Every document carries the number of its schema. */
final class Documents {
    private static final int SCHEMA = 1;

    private final Schemas schemas;

    Documents(Schemas schemas) {
        this.schemas = schemas;
    }

    Bytes of(Function function) {
        ObjectNode json = schemas.object();
        json.put("schema", SCHEMA)
                .put("tenant", function.tenant().text())
                .put("name", function.name().text())
                .put("kind", function.kind())
                .put("title", function.title())
                .put("description", function.description())
                .put("gtsId", function.gtsId())
                .put("owner", function.owner())
                .put("newest", function.newest())
                .put("maxConcurrent", function.maxConcurrent())
                .put("createdAt", function.createdAt().toString())
                .put("updatedAt", function.updatedAt().toString());
        put(json, "tags", function.tags());
        if (!function.scaling().equals(Scaling.USUAL)) {
            json.set("scaling", function.scaling().json(schemas.object()));
        }
        function.deleted()
                .ifPresent(deleted -> json.putObject("deleted")
                        .put("at", deleted.at().toString())
                        .put("by", deleted.by())
                        .put("retainedUntil", deleted.retainedUntil().toString()));
        return schemas.bytes(json);
    }

    Function function(Bytes document) {
        JsonNode json = read(document);
        return new Function(
                Name.of(text(json, "tenant")),
                Name.of(text(json, "name")),
                text(json, "kind").intern(),
                text(json, "title"),
                text(json, "description"),
                texts(json, "tags"),
                text(json, "gtsId"),
                text(json, "owner").intern(),
                json.get("newest").intValue(),
                json.get("maxConcurrent").intValue(),
                Scalings.of(json.path("scaling"), Scaling.USUAL),
                instant(json, "createdAt"),
                instant(json, "updatedAt"),
                Optional.ofNullable(json.get("deleted"))
                        .map(deleted -> new Function.Deleted(
                                instant(deleted, "at"), text(deleted, "by"), instant(deleted, "retainedUntil"))));
    }

    Bytes of(Version version) {
        ObjectNode json = schemas.object();
        json.put("schema", SCHEMA)
                .put("number", version.number())
                .put("state", version.state().word())
                .put("runtime", version.runtime())
                .put("handler", version.handler())
                .put("memoryMb", version.memoryMb())
                .put("timeoutSeconds", version.timeoutSeconds())
                .put("code", version.code().hex())
                .put("codeSize", version.codeSize())
                .put("semver", version.semver())
                .put("gtsId", version.gtsId())
                .put("description", version.description())
                .put("createdBy", version.createdBy())
                .put("createdAt", version.createdAt().toString());
        put(json, "environment", version.environment());
        if (!version.layers().isEmpty()) {
            ArrayNode layers = json.putArray("layers");
            version.layers()
                    .forEach(layer -> layers.addObject()
                            .put("name", layer.name().text())
                            .put("version", layer.version())
                            .put("digest", layer.digest().hex()));
        }
        if (!version.secrets().isEmpty()) {
            version.secrets().forEach(json.putArray("secrets")::add);
        }
        putJson(json, "contract", version.contract());
        putJson(json, "traits", version.traits());
        version.publishedAt().ifPresent(at -> json.put("publishedAt", at.toString()));
        version.deprecation().ifPresent(why -> {
            ObjectNode deprecation = json.putObject("deprecation").put("reason", why.reason());
            why.successor().ifPresent(successor -> deprecation.put("successor", successor));
            why.sunset().ifPresent(sunset -> deprecation.put("sunset", sunset.toString()));
        });
        return schemas.bytes(json);
    }

    /** What a version's document refers to. */
    void digests(Bytes version, Consumer<Digest> to) {
        digests(read(version), to);
    }

    private void digests(JsonNode version, Consumer<Digest> to) {
        to.accept(new Digest(text(version, "code")));
        layers(version.path("layers")).forEach(layer -> to.accept(layer.digest()));
    }

    void digestsOfRemoved(Bytes removed, Consumer<Digest> to) {
        digests(read(removed).get("version"), to);
    }

    Digest digestOfLayer(Bytes layer) {
        return new Digest(text(read(layer), "digest"));
    }

    /** When something was last known to need a version that was taken out; empty if nobody has looked yet. */
    Optional<Instant> needed(Bytes removed) {
        return Optional.ofNullable(read(removed).get("neededAt")).map(at -> Instant.parse(at.stringValue()));
    }

    Bytes needed(Bytes removed, Instant at) {
        return schemas.bytes(((ObjectNode) read(removed)).put("neededAt", at.toString()));
    }

    /** A version that was taken out, with its function as it was then. */
    Bytes removed(Deployed deployed, Instant at) {
        ObjectNode json = schemas.object().put("schema", SCHEMA).put("neededAt", at.toString());
        json.set("function", schemas.parse(of(deployed.function())));
        json.set("version", schemas.parse(of(deployed.version())));
        return schemas.bytes(json);
    }

    Deployed removed(Bytes document) {
        JsonNode json = read(document);
        Function function = function(schemas.bytes(json.get("function")));
        return new Deployed(function, version(schemas.bytes(json.get("version"))), schemas);
    }

    Version version(Bytes document) {
        JsonNode json = read(document);
        return new Version(
                json.get("number").intValue(),
                Version.State.valueOf(text(json, "state").toUpperCase(java.util.Locale.ROOT)),
                text(json, "runtime").intern(),
                text(json, "handler").intern(),
                json.get("memoryMb").intValue(),
                json.get("timeoutSeconds").intValue(),
                texts(json, "environment"),
                json(json, "contract"),
                json(json, "traits"),
                new Digest(text(json, "code")),
                json.get("codeSize").longValue(),
                layers(json.path("layers")),
                names(json.path("secrets")),
                text(json, "semver").intern(),
                text(json, "gtsId"),
                text(json, "description"),
                text(json, "createdBy").intern(),
                instant(json, "createdAt"),
                Optional.ofNullable(json.get("publishedAt")).map(at -> Instant.parse(at.stringValue())),
                Optional.ofNullable(json.get("deprecation")).map(Documents::deprecation));
    }

    private static List<Version.Layer> layers(JsonNode json) {
        List<Version.Layer> layers = new ArrayList<>(json.size());
        json.forEach(each -> layers.add(new Version.Layer(
                Name.of(text(each, "name")), each.get("version").intValue(), new Digest(text(each, "digest")))));
        return layers;
    }

    private static List<String> names(JsonNode json) {
        List<String> names = new ArrayList<>(json.size());
        json.forEach(each -> names.add(each.stringValue()));
        return names;
    }

    private static Version.Deprecation deprecation(JsonNode json) {
        return new Version.Deprecation(
                text(json, "reason"),
                Optional.ofNullable(json.get("successor")).map(JsonNode::stringValue),
                Optional.ofNullable(json.get("sunset")).map(at -> Instant.parse(at.stringValue())));
    }

    Bytes of(Alias alias) {
        ObjectNode json = schemas.object();
        json.put("schema", SCHEMA)
                .put("name", alias.name())
                .put("description", alias.description())
                .put("provisioned", alias.provisioned())
                .put("createdAt", alias.createdAt().toString())
                .put("updatedAt", alias.updatedAt().toString());
        ObjectNode weights = json.putObject("weights");
        alias.weights().forEach((version, weight) -> weights.put(version.toString(), weight));
        return schemas.bytes(json);
    }

    Alias alias(Bytes document) {
        JsonNode json = read(document);
        TreeMap<Integer, Integer> weights = new TreeMap<>();
        json.get("weights")
                .properties()
                .forEach(each -> weights.put(
                        Integer.valueOf(each.getKey()), each.getValue().intValue()));
        return new Alias(
                text(json, "name"),
                weights,
                text(json, "description"),
                json.path("provisioned").intValue(0),
                instant(json, "createdAt"),
                instant(json, "updatedAt"));
    }

    private JsonNode read(Bytes document) {
        JsonNode json = schemas.parse(document);
        int schema = json.path("schema").intValue(0);
        if (schema != SCHEMA) {
            throw new IllegalStateException("A document of the catalog has schema " + schema + "; this version reads "
                    + SCHEMA + ": it was written by a newer one");
        }
        return json;
    }

    private static void put(ObjectNode json, String key, Map<String, String> texts) {
        ObjectNode object = json.putObject(key);
        texts.forEach(object::put);
    }

    private void putJson(ObjectNode json, String key, Bytes value) {
        if (!value.isEmpty()) {
            json.set(key, schemas.parse(value));
        }
    }

    private Bytes json(JsonNode json, String key) {
        return json.has(key) ? schemas.bytes(json.get(key)) : Bytes.empty();
    }

    private static String text(JsonNode json, String key) {
        return json.get(key).stringValue();
    }

    private static Map<String, String> texts(JsonNode json, String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        json.get(key)
                .properties()
                .forEach(each -> texts.put(each.getKey(), each.getValue().stringValue()));
        return texts;
    }

    private static Instant instant(JsonNode json, String key) {
        return Instant.parse(json.get(key).stringValue());
    }
}
