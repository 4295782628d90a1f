package dev.dovetail.kernel.schema;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The places of a document by the names that references know them by. */
final class Names {
    static final String BASE = "schema://here/";

    private final Map<JsonNode, String> places = new IdentityHashMap<>();
    private final Map<JsonNode, String> bases = new IdentityHashMap<>();
    private final Map<String, JsonNode> named = new HashMap<>();
    private final Map<String, List<JsonNode>> dynamic = new HashMap<>();

    void note(JsonNode node, String place, String base) {
        String here = base;
        if (node.isObject()) {
            String id = node.path("$id").stringValue("");
            if (place.isEmpty()) {
                named.put(base, node);
            }
            if (!id.isEmpty()) {
                String absolute = absolute(base, id);
                here = id.startsWith("#") ? base : before(absolute);
                named.putIfAbsent(id.startsWith("#") ? absolute : here, node);
            }
            places.put(node, place);
            bases.put(node, here);
            for (String anchor : List.of("$anchor", "$dynamicAnchor")) {
                String name = node.path(anchor).stringValue("");
                if (!name.isEmpty()) {
                    named.putIfAbsent(here + "#" + name, node);
                    if (anchor.equals("$dynamicAnchor")) {
                        dynamic.computeIfAbsent(name, any -> new ArrayList<>()).add(node);
                    }
                }
            }
            for (Map.Entry<String, JsonNode> each : node.properties()) {
                note(each.getValue(), place + "/" + escaped(each.getKey()), here);
            }
        } else if (node.isArray()) {
            int i = 0;
            for (JsonNode each : node) {
                note(each, place + "/" + i++, here);
            }
        }
    }

    static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private static String before(String uri) {
        int hash = uri.indexOf('#');
        return hash < 0 ? uri : uri.substring(0, hash);
    }

    private static String absolute(String base, String reference) {
        if (reference.isEmpty() || reference.startsWith("#")) {
            return base + reference;
        }
        try {
            return URI.create(base).resolve(reference).toString();
        } catch (IllegalArgumentException e) {
            return reference;
        }
    }

    String place(JsonNode schema) {
        return places.getOrDefault(schema, "");
    }

    List<JsonNode> dynamic(String name) {
        return dynamic.getOrDefault(name, List.of());
    }

    /** What a reference leads to; empty if it is none, or leads out of the document. */
    Optional<JsonNode> find(JsonNode from, String reference) {
        String absolute = absolute(bases.getOrDefault(from, BASE), reference);
        JsonNode document = named.get(before(absolute));
        int hash = absolute.indexOf('#');
        if (hash < 0 || hash == absolute.length() - 1) {
            return Optional.ofNullable(document);
        }
        JsonNode anchored = named.get(absolute);
        if (anchored != null || document == null || absolute.charAt(hash + 1) != '/') {
            return Optional.ofNullable(anchored);
        }
        try {
            JsonNode target = document.at(URI.create(absolute.substring(hash)).getFragment());
            return target.isMissingNode() ? Optional.empty() : Optional.of(target);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
