package dev.dovetail.kernel.http;

import dev.dovetail.kernel.identity.Permission;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Finds the operation for a method and path, by one step for each segment. Filled before the first request. */
final class Router {
    private final Node root = new Node();
    private final List<Route> routes = new ArrayList<>();

    /** A place in the tree of paths. */
    private static final class Node {
        private final Map<String, Node> children = new HashMap<>();
        private Optional<Node> any = Optional.empty();
        private Optional<String> parameter = Optional.empty();
        /** By verb, then by method. */
        private final Map<String, Map<String, Route>> routes = new TreeMap<>();
    }

    /** What a path leads to. */
    sealed interface Match {
        record Found(Route route, Map<String, String> parameters) implements Match {}

        /** There is something, but not with this method. */
        record OtherMethods(List<String> methods) implements Match {}

        record Nothing() implements Match {}
    }

    private void add(Route route) {
        Node node = root;
        for (String segment : route.segments()) {
            if (segment.startsWith("{")) {
                if (node.any.isEmpty()) {
                    node.any = Optional.of(new Node());
                    node.parameter = Optional.of(segment.substring(1, segment.length() - 1));
                }
                node = node.any.get();
            } else {
                node = node.children.computeIfAbsent(segment, any -> new Node());
            }
        }
        if (node.routes.computeIfAbsent(route.verb(), any -> new TreeMap<>()).put(route.method(), route) != null) {
            throw new IllegalStateException("Two routes for " + route.method() + " " + route.template());
        }
        routes.add(route);
    }

    /** A route that only shows, and for which the caller needs a permission. */
    void add(String method, String template, Permission needs, long largest, String summary, Route.Handler handler) {
        Optional<String> none = Optional.empty();
        add(new Route(method, template, Optional.of(needs), largest, summary, none, none, handler));
    }

    /** A route that changes something. */
    void add(String method, String template, Permission needs, long largest, String summary, Route.Change change) {
        Optional<String> none = Optional.empty();
        add(new Route(method, template, Optional.of(needs), largest, summary, none, none, Route.of(change)));
    }

    /** The same, with a body of this schema. */
    void add(
            String method,
            String template,
            Permission needs,
            long largest,
            String summary,
            String schema,
            Route.Change change) {
        Optional<String> body = Optional.of(schema);
        add(new Route(
                method, template, Optional.of(needs), largest, summary, body, Optional.empty(), Route.of(change)));
    }

    /**
     * A route that changes nothing, though it has a body.
     *
     * @param why it does not
     */
    void addHarmless(
            String template,
            Permission needs,
            long largest,
            String summary,
            Optional<String> schema,
            String why,
            Route.Handler handler) {
        add(new Route("POST", template, Optional.of(needs), largest, summary, schema, Optional.of(why), handler));
    }

    /** A route for anybody, that only shows. */
    void addOpen(String method, String template, String summary, Route.Handler handler) {
        Optional<String> none = Optional.empty();
        add(new Route(method, template, Optional.empty(), 0, summary, none, none, handler));
    }

    /** One that changes something. */
    void addOpen(String method, String template, long largest, String summary, Route.Change change) {
        Optional<String> none = Optional.empty();
        add(new Route(method, template, Optional.empty(), largest, summary, none, none, Route.of(change)));
    }

    List<Route> routes() {
        return List.copyOf(routes);
    }

    /** @param rawPath as it came, still encoded */
    Match find(String method, String rawPath) {
        String path =
                rawPath.length() > 1 && rawPath.endsWith("/") ? rawPath.substring(0, rawPath.length() - 1) : rawPath;
        Node node = root;
        Map<String, String> parameters = Map.of();
        int from = 1;
        String verb = "";
        while (from <= path.length()) {
            int to = path.indexOf('/', from);
            boolean last = to < 0;
            String segment = path.substring(from, last ? path.length() : to);
            Node next = node.children.get(segment);
            if (next == null && last) {
                int colon = segment.lastIndexOf(':');
                if (colon > 0) {
                    verb = segment.substring(colon + 1);
                    segment = segment.substring(0, colon);
                    next = node.children.get(segment);
                }
            }
            if (next == null) {
                if (node.any.isEmpty() || segment.isEmpty()) {
                    return new Match.Nothing();
                }
                if (parameters.isEmpty()) {
                    parameters = new HashMap<>(4);
                }
                parameters.put(node.parameter.orElse(""), decoded(segment));
                next = node.any.get();
            }
            node = next;
            if (last) {
                break;
            }
            from = to + 1;
        }
        Map<String, Route> methods = node.routes.get(verb);
        if (methods == null) {
            return new Match.Nothing();
        }
        Route route = methods.get(method);
        if (route == null && method.equals("HEAD")) {
            route = methods.get("GET");
        }
        return route == null
                ? new Match.OtherMethods(List.copyOf(methods.keySet()))
                : new Match.Found(route, parameters);
    }

    private static String decoded(String segment) {
        return segment.indexOf('%') < 0
                ? segment
                : URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
